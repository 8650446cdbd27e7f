/** `naru apps`: every App, of all namespaces unless one is named. */
import { type App, apps as appsResource } from '../../api/index.ts'
import { appState, condition } from '../cluster/apps.ts'
import { listVisible } from '../cluster/list-visible.ts'
import { openCluster } from '../cluster/open-cluster.ts'
import type { CommandContext, CommandRun } from '../context.ts'
import { formatAge, formatTable } from '../output/text.ts'

export const apps: CommandRun = async (context) => {
  const { t, console, namespace, signal } = context
  await using cluster = await openCluster(context)
  const items = await listVisible(cluster, appsResource, { namespace, signal })
  items.sort((a, b) => key(a).localeCompare(key(b)))
  console.line(items.length === 0 ? t('apps.none') : table(context, items))
  console.document(
    items.map((app) => ({
      namespace: app.metadata.namespace,
      name: app.metadata.name,
      state: appState(app),
      message: condition(app, 'Ready')?.message,
      url: app.status?.url,
      replicas: app.status?.replicas ?? 0,
      readyReplicas: app.status?.readyReplicas ?? 0,
      image: app.spec.image,
      servingImage: app.status?.servingImage,
      createdAt: app.metadata.creationTimestamp,
    })),
  )
  return 0
}

const key = (app: App) => `${app.metadata.namespace}/${app.metadata.name}`

function table({ t, console, clock }: CommandContext, items: readonly App[]): string {
  const { good, warn, bad, dim } = console.style
  const paint = { ready: good, maintenance: warn, progressing: warn, degraded: warn, failing: bad }
  const several = new Set(items.map((app) => app.metadata.namespace)).size > 1
  const header = [
    ...(several ? [t('apps.column.namespace')] : []),
    t('apps.column.app'),
    t('apps.column.state'),
    t('apps.column.replicas'),
    t('apps.column.age'),
    t('apps.column.url'),
  ]
  const rows = items.map((app) => {
    const state = appState(app)
    return [
      ...(several ? [app.metadata.namespace ?? ''] : []),
      app.metadata.name,
      paint[state](t(`apps.state.${state}`)),
      `${app.status?.readyReplicas ?? 0}/${app.status?.replicas ?? 0}`,
      formatAge(clock.now() - Date.parse(app.metadata.creationTimestamp ?? '')),
      app.status?.url ?? '–',
    ]
  })
  return formatTable([header.map((title) => dim(title)), ...rows])
}
