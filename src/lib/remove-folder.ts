/** Removes folders that programs wrote in which nobody here knows. */
import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { promisify } from 'node:util'
import { hasErrno } from './errors.ts'
import { mountPointsIn } from './mounts.ts'

/** With all that is in it, however deep; idempotent. Throws EBUSY where something is mounted in it: that is not removed. */
export async function removeFolder(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true })
  } catch (error) {
    // Folders in folders in folders have paths that the kernel takes no more: `rm` goes down step by step.
    if (!hasErrno(error, 'ENAMETOOLONG') || (await mountPointsIn(path)).length > 0) throw error
    await promisify(execFile)('rm', ['-rf', '--one-file-system', '--', path])
  }
}
