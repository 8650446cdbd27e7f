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

/** `stays`: what is stored outlives the Resource. `elsewhere`: it was never here. */
export type Fate = 'dumped' | 'lost' | 'stays' | 'elsewhere'

export interface Removal {
  database: Database
  fate: Fate
}

/** What becomes of what each stores. Throws CliError `lastDumpFailed` where nothing says any more how one is dumped,
 *  unless no dump is wished. */
export async function removalsOf(
  { t, signal }: Pick<CommandContext, 't' | 'signal'>,
  cluster: Cluster,
  list: readonly BackingResource[],
  { isDumped }: { isDumped: boolean },
): Promise<Removal[]> {
  return Promise.all(
    list.map(async (resource): Promise<Removal> => {
      const { name } = resource.metadata
      if (String(resource.spec.params?.retain) === 'true')
        return { database: { resource, commands: {} }, fate: 'stays' }
      try {
        const database = await databaseOf(cluster, resource, signal)
        if (database.elsewhere !== undefined) return { database, fate: 'elsewhere' }
        return { database, fate: isDumped && database.commands.dump !== undefined ? 'dumped' : 'lost' }
      } catch (error) {
        if (!(error instanceof CliError) || error.code !== 'resourceTypeUnknown') throw error
        if (!isDumped) return { database: { resource, commands: {} }, fate: 'lost' }
        const reason = describeFailure(error, t).message
        throw CliError.of('lastDumpFailed', { name, reason }, { cause: error })
      }
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
