/** `naru db`: speaks to a database, and copies what it keeps out of it and back. */
import { basename, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { targetName } from '../app/target.ts'
import { type Cluster, openCluster } from '../cluster/open-cluster.ts'
import { confirm } from '../confirm.ts'
import type { CommandContext, CommandInput, CommandRun } from '../context.ts'
import { type Database, dumpName, getDatabase, onlyDatabaseOf, serverOf, shellOf } from '../database/database.ts'
import { dumpToFile, dumpToStdout } from '../database/dump.ts'
import { restoreDump, verifyDump } from '../database/restore.ts'
import { CliError } from '../errors.ts'
import { parseChoice } from '../option-values.ts'
import { formatBytes } from '../output/text.ts'
import { hasTerminal, runInPod } from '../run/run-in-pod.ts'

const ACTIONS = ['shell', 'dump', 'restore'] as const

export const db: CommandRun = async (context, input) => {
  const [asked, ...words] = input.words
  const action = parseChoice('db', asked, ACTIONS) ?? 'shell'
  await using cluster = await openCluster(context)
  return await { shell, dump, restore }[action](context, cluster, { words, options: input.options })
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
  const server = await serverOf(cluster, database, context.signal)
  const { command: statement } = options
  if (typeof statement === 'string')
    return runInPod(context, cluster, { ...server, command, tty: false, stdin: Readable.from([`${statement}\n`]) })
  return runInPod(context, cluster, { ...server, command, tty: hasTerminal(context) })
}

async function dump(context: CommandContext, cluster: Cluster, { words, options }: Asked): Promise<number> {
  const { t, console, cwd, clock, stdout, json } = context
  refuseMore(words, 1, 'dump [resource]')
  const database = await chosen(context, cluster, { name: words[0], app: options.app })
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
  refuseMore(words, 2, 'restore [resource] <file>')
  const [file] = words.slice(-1)
  if (file === undefined)
    throw CliError.of('missingArgument', {
      argument: 'file',
      command: 'db',
      usage: 'naru db restore [resource] <file>',
    })
  const database = await chosen(context, cluster, { name: words.length > 1 ? words[0] : undefined, app: options.app })
  const { name, namespace } = database.resource.metadata
  const path = resolve(cwd, file)
  await verifyDump(context, cluster, { database, path })
  if (options.yes !== true)
    await confirm(context, {
      question: t('db.question', { name, file: basename(path) }),
      command: `naru db restore ${name} ${file} --yes`,
    })
  await restoreDump(context, cluster, { database, path })
  console.line(t('db.restored', { name, path }))
  console.document({ resource: name, namespace, type: database.resource.spec.type, path, restored: true })
  return 0
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

function refuseMore(words: readonly string[], most: number, usage: string): void {
  if (words.length > most) throw CliError.of('tooManyArguments', { command: 'db', usage: `naru db ${usage}` })
}
