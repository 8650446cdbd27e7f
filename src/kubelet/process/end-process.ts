/** Ends a container's process group: asked first, killed after its grace period. */
import { access, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, isAlive } from '../../lib/index.ts'
import type { ContainerRecord, Records } from './records.ts'
import { signalGroup } from './supervisor.ts'

const POLL_MS = 20
/** A killed process that is still there after this long hangs in the kernel; it is reported as ended all the same. */
const KILL_LIMIT_MS = 5_000

/** Resolves when the process has ended and its exit code is on record. Idempotent. `graceMs` 0: killed at once. */
export async function endProcess(
  record: ContainerRecord,
  graceMs: number,
  { records, clock }: { records: Records; clock: Clock },
): Promise<void> {
  if (record.process === undefined || (await records.ending(record)) !== undefined) return
  if (graceMs > 0) {
    signalGroup(record.process, 'SIGTERM')
    const deadline = clock.now() + graceMs
    while ((await records.ending(record)) === undefined && clock.now() < deadline) await clock.sleep(POLL_MS)
    if ((await records.ending(record)) !== undefined) return
  }
  signalGroup(record.process, 'SIGKILL')
  // The shell that would have written the exit code was killed too.
  const directory = records.containerDirectory(record.id)
  await writeFile(join(directory, 'exit.killed'), '137\n')
  const deadline = clock.now() + KILL_LIMIT_MS
  while (isAlive(record.process) && clock.now() < deadline) await clock.sleep(POLL_MS)
  const written = await access(join(directory, 'exit')).then(
    () => true,
    () => false,
  )
  if (!written) await rename(join(directory, 'exit.killed'), join(directory, 'exit'))
}
