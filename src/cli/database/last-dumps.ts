/** What databases keep when they are about to be removed: a last dump of each, kept with Naru's own state. */
import { join } from 'node:path'
import type { BackingResource } from '../../api/index.ts'
import type { Cluster } from '../cluster/open-cluster.ts'
import type { CommandContext } from '../context.ts'
import { CliError } from '../errors.ts'
import { describeFailure } from '../failure.ts'
import { formatBytes } from '../output/text.ts'
import { type Database, databaseOf, dumpName } from './database.ts'
import { dumpToFile, type WrittenDump } from './dump.ts'

export const dumpFolder = ({ paths }: Pick<CommandContext, 'paths'>): string => join(paths.stateDir, 'dumps')

/** `stays`: what is stored outlives the Resource. */
export type Fate = 'dumped' | 'lost' | 'stays'

export interface Removal {
  database: Database
  fate: Fate
}

/** What becomes of what each stores. Throws CliError `resourceTypeUnknown` unless no dump is wished. */
export async function removalsOf(
  cluster: Cluster,
  list: readonly BackingResource[],
  { isDumped, signal }: { isDumped: boolean; signal: AbortSignal },
): Promise<Removal[]> {
  const fateOf = ({ resource, commands }: Database): Fate => {
    if (String(resource.spec.params?.retain) === 'true') return 'stays'
    return isDumped && commands.dump !== undefined ? 'dumped' : 'lost'
  }
  return Promise.all(
    list.map(async (resource) => {
      const database = isDumped ? await databaseOf(cluster, resource, signal) : { resource, commands: {} }
      return { database, fate: fateOf(database) }
    }),
  )
}

/** A line for each. */
export const describeRemovals = ({ t, paths }: CommandContext, removals: readonly Removal[]): string[] =>
  removals.map(({ database: { resource }, fate }) => {
    const what = { name: resource.metadata.name, type: resource.spec.type, folder: dumpFolder({ paths }) }
    return `  ${t(`removal.${fate}`, what)}`
  })

/** All of them before anything is removed. Throws CliError `lastDumpFailed`. */
export async function keepLastDumps(
  context: CommandContext,
  cluster: Cluster,
  removals: readonly Removal[],
): Promise<WrittenDump[]> {
  const dumps: WrittenDump[] = []
  for (const { database, fate } of removals) {
    if (fate !== 'dumped') continue
    const { name } = database.resource.metadata
    const path = join(dumpFolder(context), dumpName(database, context.clock.now()))
    try {
      dumps.push(await dumpToFile(context, cluster, { database, path }))
    } catch (error) {
      context.signal.throwIfAborted()
      const reason = describeFailure(error, context.t).message
      throw CliError.of('lastDumpFailed', { name, reason }, { cause: error })
    }
  }
  return dumps
}

/** Where they are. */
export function tellDumps({ t, console }: CommandContext, dumps: readonly WrittenDump[]): void {
  for (const { path, bytes } of dumps) console.line(t('removal.kept', { path, size: formatBytes(bytes) }))
}
