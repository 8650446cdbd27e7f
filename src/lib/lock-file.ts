/** Who has something to itself, across processes: a file that names the process, so that one that was killed does not
 *  keep others out. */
import { randomUUID } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { hasErrno, invariant } from './errors.ts'
import { identifyProcess, isAlive, type ProcessIdentity } from './process-identity.ts'

/** How often it is taken over from the dead, before others that do the same are let go first. */
const ATTEMPTS = 5

/** What disposes of it, or who lives and has it; undefined where others take it over at the same moment. */
export type LockResult = { held: AsyncDisposable } | { holder: ProcessIdentity | undefined }

/** Takes the lock `path`, whose folder is there, without waiting. What a dead process left is taken over. */
export async function tryLockFile(path: string): Promise<LockResult> {
  const own = identifyProcess(process.pid)
  invariant(own !== undefined, 'a running process can identify itself')
  const draft = `${path}.${randomUUID()}`
  await writeFile(draft, JSON.stringify(own), { mode: 0o600 })
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      try {
        await link(draft, path) // Fails if the lock exists: of two that start at once, one gets it.
        return { held: { [Symbol.asyncDispose]: () => rm(path, { force: true }) } }
      } catch (error) {
        if (!hasErrno(error, 'EEXIST')) throw error
      }
      const holder = await readHolder(path)
      if (holder && isAlive(holder)) return { holder }
      await rm(path, { force: true })
    }
  } finally {
    await rm(draft, { force: true })
  }
  return { holder: undefined }
}

async function readHolder(path: string): Promise<ProcessIdentity | null | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as ProcessIdentity | null
  } catch {
    return undefined // Torn or gone: nobody living wrote it, because locks appear whole.
  }
}
