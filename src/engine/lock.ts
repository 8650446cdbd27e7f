/** One engine per state folder. The lock names a process, so one that was killed does not keep others out. */
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { hasErrno, identifyProcess, invariant, isAlive, type ProcessIdentity } from '../lib/index.ts'
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
  const own = identifyProcess(process.pid)
  invariant(own !== undefined, 'a running process can identify itself')
  const draft = `${path}.${process.pid}`
  await writeFile(draft, JSON.stringify(own), { mode: 0o600 })
  try {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      try {
        await link(draft, path) // Fails if the lock exists: of two that start at once, one gets it.
        return { [Symbol.asyncDispose]: () => rm(path, { force: true }) }
      } catch (error) {
        if (!hasErrno(error, 'EEXIST')) throw error
      }
      const holder = await readHolder(path)
      if (holder !== undefined && isAlive(holder)) throw taken(holder.pid)
      await rm(path, { force: true })
    }
  } finally {
    await rm(draft, { force: true })
  }
  throw new EngineFailure(
    'alreadyRunning',
    'another engine is starting with this state',
    'Wait a moment and try again.',
  )
}

async function readHolder(path: string): Promise<ProcessIdentity | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as ProcessIdentity
  } catch {
    return undefined // Torn or gone: nobody living wrote it, because locks appear whole.
  }
}
