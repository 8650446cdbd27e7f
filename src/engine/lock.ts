/** One engine per state folder. */
import { tryLockFile } from '../lib/index.ts'
import { EngineFailure } from './failure.ts'

/** Throws EngineFailure `alreadyRunning` while another engine lives. Disposing gives the lock back. */
export const takeLock = (path: string): Promise<AsyncDisposable> =>
  lock(
    path,
    (pid) =>
      new EngineFailure(
        'alreadyRunning',
        `an engine already runs with this state (process ${pid})`,
        'Use it, or stop it with naru down.',
      ),
  )

/** One engine with containers per machine: bridge, rules and control groups have fixed names. */
export const NODE_LOCK = '/run/naru-node.lock'

/** Throws EngineFailure `nodeTaken` while another engine, with another state, has the machine's pod network. */
export const takeNodeLock = (): Promise<AsyncDisposable> =>
  lock(
    NODE_LOCK,
    (pid) =>
      new EngineFailure(
        'nodeTaken',
        `another engine, with another state folder, already runs containers on this machine (process ${pid})`,
        'Stop it first, or run this one beside it with naru up --runtime process.',
      ),
  )

async function lock(path: string, taken: (pid: number) => EngineFailure): Promise<AsyncDisposable> {
  const result = await tryLockFile(path)
  if ('held' in result) return result.held
  if (result.holder !== undefined) throw taken(result.holder.pid)
  throw new EngineFailure(
    'alreadyRunning',
    'another engine is starting with this state',
    'Wait a moment and try again.',
  )
}
