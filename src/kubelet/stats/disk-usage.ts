/** What a directory takes on its disk: blocks, not lengths, and each file once however many names it has. */
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { DiskUsage } from '../runtime/usage.ts'

const BLOCK_BYTES = 512

/** Zero where there is nothing. What is mounted below is not counted. */
export async function diskUsage(directory: string): Promise<DiskUsage> {
  const total: DiskUsage = { usedBytes: 0, inodesUsed: 0 }
  /** Of files with several names only: there may be millions of others. */
  const seen = new Set<number>()
  const root = await lstat(directory).catch(() => undefined)
  if (root === undefined) return total
  const visit = async (path: string): Promise<void> => {
    const stat = await lstat(path).catch(() => undefined)
    if (stat === undefined || stat.dev !== root.dev || seen.has(stat.ino)) return
    if (stat.nlink > 1 && !stat.isDirectory()) seen.add(stat.ino)
    total.usedBytes += stat.blocks * BLOCK_BYTES
    total.inodesUsed++
    if (!stat.isDirectory()) return
    for (const name of await readdir(path).catch(() => [])) await visit(join(path, name))
  }
  await visit(directory)
  return total
}
