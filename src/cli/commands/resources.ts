/** `naru resources`: what apps are given, and which; of all namespaces unless one is named. */
import { type App, apps, type BackingResource, backingResources, keyOf } from '../../api/index.ts'
import { listVisible } from '../cluster/list-visible.ts'
import { openCluster } from '../cluster/open-cluster.ts'
import { failedBackups, noteFailedBackups } from '../database/failed-backups.ts'
import type { CommandContext, CommandRun } from '../context.ts'
import { formatAge, formatTable } from '../output/text.ts'
import { isBound } from '../resources/bind.ts'
import { readyCondition } from '../resources/wait-ready.ts'

export const resources: CommandRun = async (context) => {
  const { t, console, namespace, signal } = context
  await using cluster = await openCluster(context)
  const items = await listVisible(cluster, backingResources, { namespace, signal })
  const [list, failed] = await Promise.all([
    listVisible(cluster, apps, { namespace, signal }),
    failedBackups(cluster, { namespace, signal }),
  ])
  items.sort((a, b) => keyOf(a).localeCompare(keyOf(b)))
  const rows = items.map((resource) => ({ resource, users: usersOf(resource, list) }))
  console.line(rows.length === 0 ? t('resources.none') : table(context, rows))
  noteFailedBackups(context, failed, items)
  console.document(
    rows.map(({ resource, resource: { metadata, spec, status }, users }) => ({
      namespace: metadata.namespace,
      name: metadata.name,
      type: spec.type,
      class: spec.class,
      ready: status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True',
      message: status?.conditions?.find(({ type }) => type === 'Ready')?.message,
      binding: status?.binding?.name,
      apps: users,
      lastFailure: failed.get(keyOf(resource)),
      createdAt: metadata.creationTimestamp,
    })),
  )
  return 0
}

const usersOf = ({ metadata }: BackingResource, list: readonly App[]): string[] =>
  list
    .filter((app) => app.metadata.namespace === metadata.namespace && isBound(app, metadata.name))
    .map((app) => app.metadata.name)

function table(
  { t, console, clock }: CommandContext,
  rows: readonly { resource: BackingResource; users: readonly string[] }[],
): string {
  const { good, warn, bad, dim } = console.style
  const several = new Set(rows.map(({ resource }) => resource.metadata.namespace)).size > 1
  const header = [
    ...(several ? [t('apps.column.namespace')] : []),
    t('resources.column.name'),
    t('resources.column.type'),
    t('apps.column.state'),
    t('apps.column.age'),
    t('resources.column.apps'),
  ]
  const state = (resource: BackingResource): string => {
    const { status, reason = 'Provisioning' } = readyCondition(resource) ?? {}
    if (status === 'True') return good(t('resources.state.ready'))
    return reason === 'Provisioning' ? warn(t('resources.state.provisioning')) : bad(t('resources.state.failing'))
  }
  const lines = rows.map(({ resource, users }) => [
    ...(several ? [resource.metadata.namespace ?? ''] : []),
    resource.metadata.name,
    resource.spec.type,
    state(resource),
    formatAge(clock.now() - Date.parse(resource.metadata.creationTimestamp ?? '')),
    users.join(', ') || '–',
  ])
  return formatTable([header.map((title) => dim(title)), ...lines])
}
