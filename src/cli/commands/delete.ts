/** `naru delete`: the App and everything made for it. */
import { APP_LABEL, apps, resources } from '../../api/index.ts'
import { getApp } from '../cluster/apps.ts'
import { type Cluster, openCluster } from '../cluster/open-cluster.ts'
import { confirm } from '../confirm.ts'
import type { CommandContext, CommandRun } from '../context.ts'

/** Pods get their grace period (30 s by default) before they are ended. */
const GONE_TIMEOUT_MS = 60_000
const LOOK_AGAIN_MS = 200

export const deleteApp: CommandRun = async (context, input) => {
  const { t, console, signal } = context
  const name = input.arguments[0] ?? ''
  await using cluster = await openCluster(context)
  const app = await getApp(cluster, name, signal)
  if (input.options.yes !== true)
    await confirm(context, { question: t('delete.question', { name }), command: `naru delete ${name} --yes` })
  const { namespace, client } = cluster
  const complete = await console.progress.run(t('step.delete', { name }), async (step) => {
    const preconditions = app.metadata.uid === undefined ? {} : { preconditions: { uid: app.metadata.uid } }
    await client.delete(apps, { namespace, name }, { signal, propagationPolicy: 'Background', ...preconditions })
    return waitUntilGone(context, cluster, name, (count) => step.update(t('step.delete.pods', { count })))
  })
  console.line(complete ? t('delete.done', { name }) : t('delete.slow', { name }))
  console.document({ name, namespace, deleted: true, complete })
  return 0
}

/** Whether all pods ended in time. */
async function waitUntilGone(
  { clock, signal }: CommandContext,
  { client, namespace }: Cluster,
  name: string,
  onPods: (count: number) => void,
): Promise<boolean> {
  const deadline = clock.now() + GONE_TIMEOUT_MS
  while (clock.now() < deadline) {
    signal.throwIfAborted()
    const pods = await client.list(resources.pods, { namespace, labelSelector: `${APP_LABEL}=${name}`, signal })
    if (pods.items.length === 0) return true
    onPods(pods.items.length)
    await clock.sleep(LOOK_AGAIN_MS, signal)
  }
  return false
}
