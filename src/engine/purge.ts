/** `naru down --purge`: takes away everything an engine put on this machine, whether or not one still runs. */
import { access, rm } from 'node:fs/promises'
import { purgeContainers, purgeProcesses } from '../kubelet/index.ts'
import { type Clock, errorMessage, type Logger, type Paths } from '../lib/index.ts'
import { purgeNetwork } from '../network/index.ts'
import { stopEdge } from './edge-process.ts'
import { engineFiles } from './files.ts'
import { takeLock } from './lock.ts'
import { networkStateDir } from './node.ts'

export interface PurgeOptions {
  paths: Paths
  env: NodeJS.ProcessEnv
  clock: Clock
  logger: Logger
  /** Told of each thing as it goes: what kind, and which. */
  onRemoved: (kind: string, name: string) => void
}

/** Every step is tried even when one fails. Throws AggregateError with what could not be removed, and
 *  EngineFailure `alreadyRunning` while an engine lives. */
export async function purge(options: PurgeOptions): Promise<void> {
  const { paths, env, clock, logger, onRemoved } = options
  const files = engineFiles(paths)
  if (!(await exists(paths.stateDir)) && !(await exists(paths.runDir))) return
  await using lock = await takeLock(files.lock)
  const isRoot = process.getuid?.() === 0
  const steps: [string, () => Promise<void>][] = [
    ['edge', () => stopEdge({ files, clock })],
    ['processes', () => purgeProcesses({ stateDir: paths.stateDir, clock, logger, onRemoved })],
    [
      'containers',
      async () =>
        isRoot
          ? await purgeContainers({ stateDir: paths.stateDir, runDir: paths.runDir, clock, logger, onRemoved })
          : undefined,
    ],
    ['network', async () => (isRoot ? await purgeNetwork({ stateDir: networkStateDir(paths), logger }) : undefined)],
  ]
  const failures: Error[] = []
  for (const [what, step] of steps)
    await step().catch((cause: unknown) => failures.push(new Error(`${what}: ${errorMessage(cause)}`, { cause })))
  // Files go last, and only when nothing uses them any more: they say what there is to remove.
  if (failures.length > 0) throw new AggregateError(failures, 'not everything could be removed')
  await lock[Symbol.asyncDispose]()
  // A cache that the user placed is the user's.
  const folders = [paths.runDir, paths.stateDir, ...(env.NARU_CACHE_DIR ? [] : [paths.cacheDir])]
  for (const folder of folders) {
    if (!(await exists(folder))) continue
    await rm(folder, { recursive: true, force: true })
    onRemoved('folder', folder)
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
