/** One engine per state folder. The lock names a process, so one that was killed does not keep others out. */
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { hasErrno, identifyProcess, invariant, isAlive, type ProcessIdentity } from '../lib/index.ts'
import { EngineFailure } from './failure.ts'

/** Throws EngineFailure `alreadyRunning` while another engine lives. Disposing gives the lock back. */
export async function takeLock(path: string): Promise<AsyncDisposable> {
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
      if (holder !== undefined && isAlive(holder))
        throw new EngineFailure(
          'alreadyRunning',
          `an engine already runs with this state (process ${holder.pid})`,
          'Use it, or stop it with naru down.',
        )
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
