/** Keeps the build cache from growing without end. */
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { BuildContext } from './context.ts'

const DAY_MS = 24 * 3600_000

/** Folders of the cache and how long what nobody used stays. Layers are touched when they are used; working folders are
 *  removed by their builds, unless one was killed. */
const KEPT: readonly { folder: string; ageMs: number }[] = [
  { folder: 'work', ageMs: DAY_MS },
  { folder: 'layers', ageMs: 30 * DAY_MS },
  { folder: join('layers', 'blobs'), ageMs: 30 * DAY_MS },
  { folder: 'toolchains', ageMs: 30 * DAY_MS },
  { folder: 'maven', ageMs: 90 * DAY_MS },
  { folder: join('debian', 'archives'), ageMs: 90 * DAY_MS },
]

/** Never fails: what cannot be removed stays for the next time. */
export async function pruneCache({ cacheDir, clock }: Pick<BuildContext, 'cacheDir' | 'clock'>): Promise<void> {
  for (const { folder, ageMs } of KEPT) {
    const names = await readdir(join(cacheDir, folder)).catch(() => [])
    for (const name of names) {
      if (folder === 'layers' && name === 'blobs') continue
      const path = join(cacheDir, folder, name)
      const facts = await stat(path).catch(() => undefined)
      if (facts !== undefined && clock.now() - facts.mtimeMs > ageMs)
        await rm(path, { recursive: true, force: true }).catch(() => undefined)
    }
  }
}
