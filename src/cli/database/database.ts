/** A Resource whose server can be spoken to: what its Provisioner says of that, and where it runs. */
import {
  type BackingResource,
  type k8s,
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

export interface Database {
  resource: BackingResource
  commands: ProvisionerCommands
}

/** Of one that nothing speaks to the commands are empty. Throws CliError `resourceTypeUnknown`. */
export async function databaseOf(cluster: Cluster, resource: BackingResource, signal: AbortSignal): Promise<Database> {
  const { type, class: kind } = resource.spec
  const { spec } = await provisionerFor(cluster, { type, class: kind, signal })
  return { resource, commands: spec.commands ?? {} }
}

export async function getDatabase(cluster: Cluster, name: string, signal: AbortSignal): Promise<Database> {
  return databaseOf(cluster, await getResource(cluster, name, signal), signal)
}

/** Throws CliError `dumpUnsupported`. */
export function dumpOf({ resource, commands }: Database): ProvisionerDump {
  if (commands.dump !== undefined) return commands.dump
  throw CliError.of('dumpUnsupported', { name: resource.metadata.name, type: resource.spec.type })
}

/** `orders-20261121-090000.dump`, by UTC. */
export const dumpName = (database: Database, nowMs: number): string => {
  const stamp = new Date(nowMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')
  return `${database.resource.metadata.name}-${stamp}.${dumpOf(database).extension}`
}

/** Throws CliError `shellUnsupported`. */
export function shellOf({ resource, commands }: Database): string[] {
  if (commands.shell !== undefined) return commands.shell
  throw CliError.of('shellUnsupported', { name: resource.metadata.name, type: resource.spec.type })
}

/** The container of its server. Throws CliError `databaseDown`, which says what is wrong with it. */
export async function serverOf(
  { client }: Cluster,
  { resource, commands }: Database,
  signal: AbortSignal,
): Promise<Omit<PodCommand, 'command'>> {
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
