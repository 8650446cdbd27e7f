/** Puts a dump in the place of all that a database keeps. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { isApiError } from '../../api/index.ts'
import { hasErrno } from '../../lib/index.ts'
import type { Cluster } from '../cluster/open-cluster.ts'
import type { CommandContext } from '../context.ts'
import { CliError } from '../errors.ts'
import { type Database, dumpOf } from './database.ts'
import { checkDump } from './dump.ts'
import { type CommandFailure, feedServer } from './server-command.ts'

interface Restore {
  database: Database
  path: string
}

/** Whether the file is a whole dump, as far as the server's own programs can tell. Throws CliError `dumpUnusable`,
 *  `dumpUnsupported`, `databaseDown`. */
export async function verifyDump(
  { signal }: CommandContext,
  cluster: Cluster,
  { database, path }: Restore,
): Promise<void> {
  dumpOf(database)
  const problem = (await fileProblem(path)) ?? (await checkDump(cluster, { database, path, signal }))
  if (problem !== undefined) throw CliError.of('dumpUnusable', { path, reason: problem })
}

/** How a `restore` ends that could not undo what it had begun. */
const HALF_DONE = 3
/** Above this a command was ended by a signal: the server's container has died. */
const SIGNALLED = 128

/** Nothing has changed where it is refused. Throws CliError `dumpRefused`, `dumpHalfTaken`, `restoreUnclear`,
 *  `databaseDown`. */
export async function restoreDump(
  { t, console, signal }: CommandContext,
  cluster: Cluster,
  { database, path }: Restore,
): Promise<void> {
  const { name } = database.resource.metadata
  const { restore } = dumpOf(database)
  await console.progress.run(t('step.restoreDump', { name }), async () => {
    const stdin = createReadStream(path)
    try {
      const failure = await feedServer(cluster, { database, command: restore, stdin, signal })
      if (failure !== undefined) throw refusal(failure, { name, path })
    } catch (error) {
      if (signal.aborted || error instanceof CliError || isApiError(error)) throw error
      throw CliError.of('restoreUnclear', { name, path, reason: describe(error) }, { cause: error })
    } finally {
      stdin.destroy()
    }
  })
}

function refusal({ code, reason }: CommandFailure, of: { name: string; path: string }): CliError {
  if (code === HALF_DONE) return CliError.of('dumpHalfTaken', { ...of, reason })
  return CliError.of(code > SIGNALLED ? 'restoreUnclear' : 'dumpRefused', { ...of, reason })
}

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error))

async function fileProblem(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path)
    if (!found.isFile()) return 'it is not a file'
    return found.size === 0 ? 'it is empty' : undefined
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return 'there is no such file'
    if (hasErrno(error, 'EACCES', 'EPERM')) return 'this user may not read it'
    throw error
  }
}
