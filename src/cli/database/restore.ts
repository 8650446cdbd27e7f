/** Puts a dump in the place of all that a database keeps. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { hasErrno } from '../../lib/index.ts'
import type { Cluster } from '../cluster/open-cluster.ts'
import type { CommandContext } from '../context.ts'
import { CliError } from '../errors.ts'
import { type Database, dumpOf } from './database.ts'
import { checkDump } from './dump.ts'
import { feedServer } from './server-command.ts'

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

/** Nothing has changed where it fails. Throws CliError `dumpRefused`, `databaseDown`. */
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
      const problem = await feedServer(cluster, { database, command: restore, stdin, signal })
      if (problem !== undefined) throw CliError.of('dumpRefused', { name, path, reason: problem })
    } finally {
      stdin.destroy()
    }
  })
}

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
