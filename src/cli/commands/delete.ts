/** `naru delete`: the App and everything made for it, its own databases included, of which a last dump is kept. */
import { APP_LABEL, apps, type BackingResource, backingResources, RESOURCE_LABEL, resources } from '../../api/index.ts'
import { getApp } from '../cluster/apps.ts'
import { type Cluster, openCluster } from '../cluster/open-cluster.ts'
import { confirm } from '../confirm.ts'
import type { CommandContext, CommandRun } from '../context.ts'
import { describeRemovals, keepLastDumps, removalsOf, tellDumps } from '../database/last-dumps.ts'
import { type ResourceOfApp, resourcesOf } from '../resources/resources-of.ts'

/** Pods get their grace period (30 s by default, databases 60 s) before they are ended. */
const GONE_TIMEOUT_MS = 90_000
const LOOK_AGAIN_MS = 200

export const deleteApp: CommandRun = async (context, { arguments: [name = ''], options }) => {
  const { t, console, signal } = context
  await using cluster = await openCluster(context)
  const { namespace, client } = cluster
  const app = await getApp(cluster, name, signal)
  const list = await resourcesOf(cluster, name, signal)
  const going = list.filter(isGoing).map(({ resource }) => resource)
  const removals = await removalsOf(context, cluster, going, { isDumped: options.dump !== false })
  console.note([t('delete.plan', { name }), ...describeRemovals(context, removals)].join('\n'))
  for (const each of list) if (!isGoing(each)) console.note(`  ${describeStaying(context, each)}`)
  if (options.yes !== true)
    await confirm(context, { question: t('delete.question', { name }), command: `naru delete ${name} --yes` })

  const dumps = await keepLastDumps(context, cluster, removals)
  const complete = await console.progress.run(t('step.delete', { name }), async (step) => {
    const { uid } = app.metadata
    const preconditions = uid === undefined ? {} : { preconditions: { uid } }
    await client.delete(apps, { namespace, name }, { signal, propagationPolicy: 'Background', ...preconditions })
    const onPods = (count: number) => step.update(t('step.delete.pods', { count }))
    // Databases are there for as long as somebody may write to them.
    const isGone = await untilGone(context, () => podsLeft(cluster, `${APP_LABEL}=${name}`, signal), onPods)
    for (const resource of going) await removeResource(cluster, resource, signal)
    const left = () => Promise.all(going.map((resource) => ofResource(cluster, resource, signal)))
    return (
      (await untilGone(context, async () => (await left()).reduce((sum, count) => sum + count, 0), onPods)) && isGone
    )
  })
  console.line(complete ? t('delete.done', { name }) : t('delete.slow', { name }))
  tellDumps(context, dumps)
  const removed = going.map(({ metadata }) => metadata.name)
  console.document({
    name,
    namespace,
    deleted: true,
    complete,
    resources: removed,
    dumps: dumps.map(({ path }) => path),
  })
  return 0
}

/** What was made for the app goes with it, unless others have come to use it. */
const isGoing = ({ isOwn, others }: ResourceOfApp): boolean => isOwn && others.length === 0

function describeStaying({ t }: CommandContext, { resource, others }: ResourceOfApp): string {
  const { name } = resource.metadata
  return others.length === 0 ? t('delete.staysUnused', { name }) : t('delete.stays', { name, apps: others.join(', ') })
}

async function removeResource({ client }: Cluster, resource: BackingResource, signal: AbortSignal): Promise<void> {
  const { uid } = resource.metadata
  const preconditions = uid === undefined ? {} : { preconditions: { uid } }
  await client.delete(backingResources, resource.metadata, {
    signal,
    propagationPolicy: 'Background',
    ...preconditions,
  })
}

const podsLeft = async ({ client, namespace }: Cluster, labelSelector: string, signal: AbortSignal): Promise<number> =>
  (await client.list(resources.pods, { namespace, labelSelector, signal })).items.length

/** Pods, and the claims of what does not outlive it. */
async function ofResource(cluster: Cluster, { metadata }: BackingResource, signal: AbortSignal): Promise<number> {
  const labelSelector = `${RESOURCE_LABEL}=${metadata.name}`
  const { items } = await cluster.client.list(resources.persistentvolumeclaims, {
    namespace: metadata.namespace,
    labelSelector,
    signal,
  })
  const owned = items.filter((claim) => claim.metadata.ownerReferences !== undefined)
  return owned.length + (await podsLeft(cluster, labelSelector, signal))
}

/** Whether nothing was left in time. */
async function untilGone(
  { clock, signal }: CommandContext,
  count: () => Promise<number>,
  onLeft: (count: number) => void,
): Promise<boolean> {
  const deadline = clock.now() + GONE_TIMEOUT_MS
  while (clock.now() < deadline) {
    signal.throwIfAborted()
    const left = await count()
    if (left === 0) return true
    onLeft(left)
    await clock.sleep(LOOK_AGAIN_MS, signal)
  }
  return false
}
