/** Takes away the log of a container that is gone: the file and those rotated away from it. */
import { rm } from 'node:fs/promises'
import { rotatedFiles } from './rotated-files.ts'

/** Idempotent. `path`: as `containerLogPath` has it. */
export async function removeLogs(path: string): Promise<void> {
  for (const file of [...(await rotatedFiles(path)), path]) await rm(file, { force: true })
}
