/** A Resource whose server can be spoken to: what its Provisioner says of that, and where it runs. */
import {
  type BackingResource,
  isApiError,
  type k8s,
  type Provisioner,
  type ProvisionerCommands,
  type ProvisionerDump,
  RESOURCE_LABEL,
  resources,
} from '../../api/index.ts'
import type { Cluster } from '../cluster/open-cluster.ts'
import { CliError } from '../errors.ts'
import { provisionerFor } from '../resources/provisioners.ts'
import { getResource, resourcesOf } from '../resources/resources-of.ts'
import type { PodCommand } from '../run/run-in-pod.ts'
import { type Elsewhere, KNOWN_SCHEMES, readElsewhere } from './elsewhere.ts'

export interface Database {
  resource: BackingResource
  commands: ProvisionerCommands
  /** Of one that runs elsewhere: what is known of it, or why nothing can be done with it from here. */
  elsewhere?: { provisioner: Provisioner; values: Elsewhere['values'] } | { refusal: CliError }
  /** Where its commands run, when that is not beside its server. */
  client?: Omit<PodCommand, 'command'>
}

/** Of one that nothing speaks to the commands are empty. Throws CliError `resourceTypeUnknown`. */
export async function databaseOf(cluster: Cluster, resource: BackingResource, signal: AbortSignal): Promise<Database> {
  const { type, class: kind } = resource.spec
  const { spec } = await provisionerFor(cluster, { type, class: kind, signal })
  if (spec.secret === undefined || spec.commands !== undefined) return { resource, commands: spec.commands ?? {} }
  const found = await lookElsewhere(cluster, resource, signal)
  if (found instanceof CliError) return { resource, commands: {}, elsewhere: { refusal: found } }
  const provisioner = await provisionerFor(cluster, { type: found.type, class: undefined, signal })
  const { commands = {} } = provisioner.spec
  return { resource, commands, elsewhere: { provisioner, values: found.values } }
}

/** What its Secret says, or why that helps nobody. */
async function lookElsewhere(
  { client }: Cluster,
  { metadata: { namespace, name }, status }: BackingResource,
  signal: AbortSignal,
): Promise<Elsewhere | CliError> {
  const secret = status?.binding?.name ?? ''
  const unclear = (reason: string) => CliError.of('elsewhereUnclear', { name, secret, reason, known: KNOWN_SCHEMES })
  if (secret === '') return unclear('there is none yet')
  try {
    const { data = {} } = await client.get(resources.secrets, { namespace, name: secret }, { signal })
    const texts = Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()] as const)
    const found = readElsewhere(Object.fromEntries(texts))
    return typeof found === 'string' ? unclear(found) : found
  } catch (error) {
    if (isApiError(error, 'NotFound')) return unclear('there is none of that name')
    if (isApiError(error, 'Forbidden')) return unclear('it may not be read by you')
    throw error
  }
}

function refuseUnclear({ elsewhere }: Database): void {
  if (elsewhere !== undefined && 'refusal' in elsewhere) throw elsewhere.refusal
}

export async function getDatabase(cluster: Cluster, name: string, signal: AbortSignal): Promise<Database> {
  return databaseOf(cluster, await getResource(cluster, name, signal), signal)
}

/** Throws CliError `dumpUnsupported`, `elsewhereUnclear`. */
export function dumpOf(database: Database): ProvisionerDump {
  const { resource, commands } = database
  refuseUnclear(database)
  if (commands.dump !== undefined) return commands.dump
  const reason = commands.noDump ?? 'its Provisioner has no commands.dump'
  throw CliError.of('dumpUnsupported', { name: resource.metadata.name, type: resource.spec.type, reason })
}

/** `orders-20261121-090000.dump`, by UTC. */
export const dumpName = (database: Database, nowMs: number): string => {
  const stamp = new Date(nowMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')
  return `${database.resource.metadata.name}-${stamp}.${dumpOf(database).extension}`
}

/** Throws CliError `shellUnsupported`, `elsewhereUnclear`. */
export function shellOf(database: Database): string[] {
  const { resource, commands } = database
  refuseUnclear(database)
  if (commands.shell !== undefined) return commands.shell
  throw CliError.of('shellUnsupported', { name: resource.metadata.name, type: resource.spec.type })
}

/** The container of its server, or what was lent for one elsewhere. Throws CliError `databaseDown`, which says what is wrong with it. */
export async function serverOf(
  { client }: Cluster,
  { resource, commands, client: lent }: Database,
  signal: AbortSignal,
): Promise<Omit<PodCommand, 'command'>> {
  if (lent !== undefined) return lent
  const { namespace, name } = resource.metadata
  const { items } = await client.list(resources.pods, {
    namespace,
    labelSelector: `${RESOURCE_LABEL}=${name}`,
    signal,
  })
  const pod = items.toSorted((a, b) => a.metadata.name.localeCompare(b.metadata.name)).find(isReady)
  const container = commands.container ?? pod?.spec?.containers[0]?.name
  if (pod !== undefined && container !== undefined) return { pod: pod.metadata, container }
  const reason = resource.status?.conditions?.find(({ type }) => type === 'Ready')?.message
  throw CliError.of('databaseDown', { name, reason: reason ?? 'it has no pod' })
}

const isReady = ({ metadata, status }: k8s.Pod): boolean =>
  metadata.deletionTimestamp === undefined &&
  (status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false)

/** The one with dumps or a shell that the app has. Throws CliError `databaseUnclear`, `databaseNone`. */
export async function onlyDatabaseOf(cluster: Cluster, app: string, signal: AbortSignal): Promise<Database> {
  const list = await resourcesOf(cluster, app, signal)
  const all = await Promise.all(list.map(({ resource }) => databaseOf(cluster, resource, signal)))
  const [only, ...more] = all.filter(({ commands }) => commands.dump !== undefined || commands.shell !== undefined)
  if (only === undefined) throw CliError.of('databaseNone', { app })
  if (more.length === 0) return only
  const names = [only, ...more].map(({ resource }) => resource.metadata.name).join(', ')
  throw CliError.of('databaseUnclear', { app, names })
}
