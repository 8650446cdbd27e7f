/** `naru remove`: a Resource with what it stores, of which a last dump is kept. The apps that have it are told first, so that none looks for it. */
import { type App, apps, backingResources } from '../../api/index.ts'
import { changeApp } from '../cluster/change-app.ts'
import { openCluster } from '../cluster/open-cluster.ts'
import { confirm } from '../confirm.ts'
import type { CommandRun } from '../context.ts'
import { describeRemovals, keepLastDumps, removalsOf, tellDumps } from '../database/last-dumps.ts'
import { isBound } from '../resources/bind.ts'
import { getResource } from '../resources/resources-of.ts'
import { patience, rollOut } from '../rollout/roll-out.ts'

export const remove: CommandRun = async (context, { arguments: [name = ''], options }) => {
  const { t, console, signal } = context
  const patienceMs = patience(options.timeout)
  await using cluster = await openCluster(context)
  const { client, namespace } = cluster
  const resource = await getResource(cluster, name, signal)
  const { items } = await client.list(apps, { namespace, signal })
  const users = items.filter((app) => isBound(app, name))
  const { type } = resource.spec
  const removals = await removalsOf(context, cluster, [resource], { isDumped: options.dump !== false })
  console.note([t('remove.plan'), ...describeRemovals(context, removals)].join('\n'))
  if (users.length > 0) console.note(t('remove.users', { apps: namesOf(users).join(', ') }))
  if (options.yes !== true)
    await confirm(context, { question: t('remove.question', { name }), command: `naru remove ${name} --yes` })
  const dumps = await keepLastDumps(context, cluster, removals)
  const change = ({ spec }: App) => {
    const bindings = spec.bindings?.filter((binding) => binding.resource !== name) ?? []
    return { bindings: bindings.length > 0 ? bindings : null, description: `remove: ${name}` }
  }
  for (const app of users) {
    const changed = await changeApp(client, app.metadata, { change, signal })
    await rollOut(context, client, { app: changed, patienceMs })
  }
  const { uid } = resource.metadata
  const precondition = uid === undefined ? {} : { preconditions: { uid } }
  await client.delete(backingResources, resource.metadata, { signal, propagationPolicy: 'Background', ...precondition })
  console.line(t('remove.done', { name }))
  tellDumps(context, dumps)
  const stored = removals.some(({ fate }) => fate === 'stays')
  const told = { apps: namesOf(users), dumps: dumps.map(({ path }) => path) }
  console.document({ name, namespace, type, deleted: true, stored, ...told })
  return 0
}

const namesOf = (list: readonly App[]): string[] => list.map(({ metadata }) => metadata.name)
