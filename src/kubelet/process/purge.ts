/** Ends every process of the process runtime and removes its files: for `naru down --purge`, also when no engine runs. */
import { join } from 'node:path'
import { isAlive, removeFolder } from '../../lib/index.ts'
import { Records } from './records.ts'
import { signalGroup } from './supervisor.ts'

/** Idempotent. */
export async function purgeProcesses(options: { stateDir: string }): Promise<void> {
  const root = join(options.stateDir, 'process')
  for (const { process: identity } of await new Records(root).containers())
    if (identity !== undefined && isAlive(identity)) signalGroup(identity, 'SIGKILL')
  await removeFolder(root)
}
