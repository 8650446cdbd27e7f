/** `naru db`: speaks to a database, and copies what it keeps out of it and back. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { keyOf } from '../../api/index.ts'
import { targetName } from '../app/target.ts'
import { type Cluster, openCluster } from '../cluster/open-cluster.ts'
import { confirm } from '../confirm.ts'
import { actionsOf } from '../command-table/actions.ts'
import type { CommandContext, CommandInput, CommandRun } from '../context.ts'
import {
  type Backup,
  backUpNow,
  backupJobOf,
  fetchBackup,
  listBackups,
  timeOf,
  withBackups,
} from '../database/backups.ts'
import {
  type Database,
  dumpName,
  dumpOf,
  getDatabase,
  onlyDatabaseOf,
  serverOf,
  shellOf,
} from '../database/database.ts'
import { failedBackups, noteFailedBackups } from '../database/failed-backups.ts'
import { dumpToFile, dumpToStdout } from '../database/dump.ts'
import { reachDatabase } from '../database/reach.ts'
import { restoreDump, verifyDump } from '../database/restore.ts'
import { CliError } from '../errors.ts'
import { parseChoice } from '../option-values.ts'
import { formatAge, formatBytes, formatTable } from '../output/text.ts'
import { hasTerminal, runInPod } from '../run/run-in-pod.ts'

export const db: CommandRun = async (context, input) => {
  const [asked, ...words] = input.words
  const action = parseChoice('db', asked, actionsOf('db')) ?? 'shell'
  await using cluster = await openCluster(context)
  return await { shell, dump, restore, backups }[action](context, cluster, { words, options: input.options })
}

interface Asked {
  /** Behind the action. */
  words: readonly string[]
  options: CommandInput['options']
}

/** A resource's name never begins with a hyphen, so what does is for the server's own program. */
async function shell(context: CommandContext, cluster: Cluster, { words, options }: Asked): Promise<number> {
  const isNamed = words[0] !== undefined && !words[0].startsWith('-')
  const database = await chosen(context, cluster, { name: isNamed ? words[0] : undefined, app: options.app })
  const command = [...shellOf(database), ...words.slice(isNamed ? 1 : 0)]
  await using reached = await reachDatabase(context, cluster, database)
  const server = await serverOf(cluster, reached.database, context.signal)
  const { command: statement } = options
  if (typeof statement === 'string')
    return await runInPod(context, cluster, {
      ...server,
      command,
      tty: false,
      stdin: Readable.from([`${statement}\n`]),
    })
  return await runInPod(context, cluster, { ...server, command, tty: hasTerminal(context) })
}

async function dump(context: CommandContext, cluster: Cluster, { words, options }: Asked): Promise<number> {
  const { t, console, cwd, clock, stdout, json } = context
  const found = await chosen(context, cluster, { name: words[0], app: options.app })
  dumpOf(found)
  await using reached = await reachDatabase(context, cluster, found)
  const { database } = reached
  if (options.output === undefined && stdout.isTTY !== true && !json) {
    await dumpToStdout(context, cluster, database)
    return 0
  }
  const path = resolve(cwd, typeof options.output === 'string' ? options.output : dumpName(database, clock.now()))
  const { bytes } = await dumpToFile(context, cluster, { database, path })
  const { name, namespace } = database.resource.metadata
  console.line(t('db.dumped', { name, path, size: formatBytes(bytes) }))
  console.document({ resource: name, namespace, type: database.resource.spec.type, path, sizeBytes: bytes })
  return 0
}

async function restore(context: CommandContext, cluster: Cluster, { words, options }: Asked): Promise<number> {
  const { t, console, cwd } = context
  const backup = typeof options.backup === 'string' ? options.backup : undefined
  if (backup !== undefined && words.length > 1)
    throw CliError.of('optionsExclude', { option: '--backup', other: '<file>' })
  const file = backup === undefined ? words.at(-1) : undefined
  if (file === undefined && backup === undefined)
    throw CliError.of('missingArgument', {
      argument: 'file',
      command: 'db',
      usage: 'naru db restore [resource] <file>',
    })
  const named = file === undefined || words.length > 1 ? words[0] : undefined
  const found = await chosen(context, cluster, { name: named, app: options.app })
  dumpOf(found)
  await using reached = await reachDatabase(context, cluster, found)
  const { database } = reached
  const { name, namespace } = database.resource.metadata
  await using lent =
    file === undefined ? await lentBackup(context, cluster, { database, backup: backup ?? '' }) : undefined
  const path = lent?.path ?? resolve(cwd, file ?? '')
  await verifyDump(context, cluster, { database, path })
  const shown = file ?? `--backup ${backup}`
  if (options.yes !== true)
    await confirm(context, {
      question: t('db.question', { name, file: backup ?? basename(path) }),
      command: `naru db restore ${name} ${shown} --yes`,
    })
  await restoreDump(context, cluster, { database, path })
  console.line(backup === undefined ? t('db.restored', { name, path }) : t('db.restoredBackup', { name, backup }))
  const from = backup === undefined ? { path } : { backup }
  console.document({ resource: name, namespace, type: database.resource.spec.type, ...from, restored: true })
  return 0
}

/** A copy of a backup, gone with the command. `orders/20261121-030004` is one of another database. */
async function lentBackup(
  context: CommandContext,
  cluster: Cluster,
  { database, backup }: { database: Database; backup: string },
): Promise<AsyncDisposable & { path: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'naru-backup-'))
  const gone = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
  await using opened = new AsyncDisposableStack()
  opened.use(gone)
  const path = join(folder, 'dump')
  const at = backup.indexOf('/')
  const source = at === -1 ? database : await getDatabase(cluster, backup.slice(0, at), context.signal)
  await fetchBackup(context, cluster, { database: source, name: backup.slice(at + 1), path })
  opened.move()
  return { path, ...gone }
}

/** `now`, as the first word, makes one. */
async function backups(context: CommandContext, cluster: Cluster, { words, options }: Asked): Promise<number> {
  const { t, console, signal } = context
  const isNow = words[0] === 'now'
  const [named, ...more] = isNow ? words.slice(1) : words
  if (more.length > 0)
    throw CliError.of('tooManyArguments', { command: 'db backups', usage: 'naru db backups [now] [resource]' })
  const database = await chosen(context, cluster, { name: named, app: options.app })
  const { name, namespace } = database.resource.metadata
  if (isNow) await console.progress.run(t('step.backUp', { name }), () => backUpNow(context, cluster, database))
  const cronJob = await backupJobOf(cluster, database, signal)
  const list = await console.progress.run(t('step.backups', { name }), () =>
    withBackups(context, cluster, { cronJob, use: (pod) => listBackups(cluster, { pod, database, signal }) }),
  )
  const failed = await failedBackups(cluster, { namespace, signal })
  const schedule = cronJob.spec?.schedule ?? ''
  const [newest] = list
  if (isNow && newest !== undefined)
    console.line(t('db.backups.made', { name, backup: newest.name, size: formatBytes(newest.sizeBytes) }))
  else if (newest === undefined) console.line(t('db.backups.none', { name, schedule }))
  else {
    console.line(backupTable(context, list))
    console.note(t('db.backups.schedule', { schedule }))
  }
  noteFailedBackups(context, failed, [database.resource])
  const failure = failed.get(keyOf(database.resource))
  console.document({ resource: name, namespace, schedule, backups: list, lastFailure: failure })
  return 0
}

function backupTable({ t, console, clock }: CommandContext, list: readonly Backup[]): string {
  const header = [t('db.backups.column.name'), t('db.backups.column.size'), t('db.backups.column.age')]
  const rows = list.map((backup) => [
    backup.name,
    formatBytes(backup.sizeBytes),
    formatAge(clock.now() - timeOf(backup)),
  ])
  return formatTable([header.map((title) => console.style.dim(title)), ...rows])
}

/** The one that is named, else the only one of an app. */
async function chosen(
  context: CommandContext,
  cluster: Cluster,
  { name, app }: { name: string | undefined; app: string | boolean | undefined },
): Promise<Database> {
  if (name !== undefined) return getDatabase(cluster, name, context.signal)
  return onlyDatabaseOf(cluster, await targetName(context, app), context.signal)
}
