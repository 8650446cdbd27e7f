/** `naru down --purge`: takes away everything an engine put on this machine, whether or not one still runs. */
import { access } from 'node:fs/promises'
import { containerdPaths, purgeContainerd, purgeProcesses } from '../kubelet/index.ts'
import { type Clock, errorMessage, type Logger, mountPointsIn, type Paths, removeFolder } from '../lib/index.ts'
import { purgeNetwork } from '../network/index.ts'
import { stopEdge } from './edge-process.ts'
import { EngineFailure } from './failure.ts'
import { engineFiles } from './files.ts'
import { takeLock, takeNodeLock } from './lock.ts'

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
  const { paths, env, clock, onRemoved } = options
  const files = engineFiles(paths)
  // A cache that the user placed is the user's.
  const folders = [paths.runDir, paths.stateDir, ...(env.NARU_CACHE_DIR ? [] : [paths.cacheDir])]
  if (await exists(paths.stateDir)) {
    await using lock = await takeLock(files.lock)
    await takeAll([
      ['edge', () => stopEdge({ files, clock })],
      ['processes', () => purgeProcesses({ stateDir: paths.stateDir })],
      ['node', () => purgeNode(options)],
    ])
    await lock[Symbol.asyncDispose]()
  }
  // Files go last, and only when nothing uses them any more: they say what there is to remove.
  for (const folder of folders) {
    if (!(await exists(folder))) continue
    await removeFolder(folder)
    onRemoved('folder', folder)
  }
}

/** Containers and network, unless they belong to an engine with another state. Throws EngineFailure `nodeTaken` where
 *  there are some of both. */
async function purgeNode({ paths, clock, logger, onRemoved }: PurgeOptions): Promise<void> {
  if (process.getuid?.() !== 0) return
  const node = await takeNodeLock().catch(async (error: unknown) => {
    const isTaken = error instanceof EngineFailure && error.code === 'nodeTaken'
    // Of an engine that did not run containers nothing is mounted there.
    if (isTaken && (await mountPointsIn(paths.runDir)).length === 0) return undefined
    throw error
  })
  if (node === undefined) return
  await using _held = node
  const { netns: netnsDir } = containerdPaths(paths)
  await takeAll([
    ['containers', () => purgeContainerd({ stateDir: paths.stateDir, runDir: paths.runDir, clock, logger })],
    ['network', () => purgeNetwork({ stateDir: engineFiles(paths).networkDir, netnsDir, logger })],
  ])
  onRemoved('network', 'bridge, rules and kernel settings')
}

async function takeAll(steps: readonly [what: string, step: () => Promise<void>][]): Promise<void> {
  const failures: Error[] = []
  for (const [what, step] of steps)
    await step().catch((cause: unknown) => failures.push(new Error(`${what}: ${errorMessage(cause)}`, { cause })))
  if (failures.length > 0) throw new AggregateError(failures, 'not everything could be removed')
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
