/** `naru restart`: new pods of the same release, one after the other, so that somebody always answers. */
import { APP_LABEL, type k8s, RELEASE_LABEL, resources } from '../../api/index.ts'
import { toKubernetesTime } from '../../lib/index.ts'
import { openTarget } from '../app/target.ts'
import type { Cluster } from '../cluster/open-cluster.ts'
import type { CommandContext, CommandRun } from '../context.ts'
import { CliError } from '../errors.ts'
import { patience } from '../rollout/roll-out.ts'

/** As `kubectl rollout restart` has it. */
const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt'
const LOOK_AGAIN_MS = 100

export const restart: CommandRun = async (context, { arguments: [named], options }) => {
  const { t, console, clock, signal } = context
  const patienceMs = patience(options.timeout)
  await using target = await openTarget(context, named)
  const { app, cluster } = target
  const { name, namespace } = app.metadata
  const deployments = (await deploymentsOf(cluster, name, signal)).filter(({ spec }) => (spec.replicas ?? 1) > 0)
  const annotations = { [RESTARTED_AT]: toKubernetesTime(clock.now()) }
  for (const { metadata } of deployments)
    await cluster.client.patch(
      resources.deployments,
      metadata,
      { spec: { template: { metadata: { annotations } } } },
      { signal },
    )
  await console.progress.run(t('step.restart', { name }), (step) =>
    untilRestarted(context, cluster, {
      name,
      names: new Set(deployments.map(({ metadata }) => metadata.name)),
      patienceMs,
      onLeft: (left) => step.update(t('step.restart.left', { count: left })),
    }),
  )
  console.line(t('restart.done', { name }))
  console.document({ name, namespace, restarted: deployments.map(({ metadata }) => metadata.name) })
  return 0
}

interface Restart {
  name: string
  /** Of the Deployments. */
  names: ReadonlySet<string>
  patienceMs: number
  onLeft: (count: number) => void
}

/** Throws CliError `restartFailed` when for so long no pod more has come up. */
async function untilRestarted(context: CommandContext, cluster: Cluster, restart: Restart): Promise<void> {
  const { clock, signal } = context
  let least = Number.POSITIVE_INFINITY
  let sinceMs = clock.now()
  for (;;) {
    signal.throwIfAborted()
    const all = await deploymentsOf(cluster, restart.name, signal)
    const left = all
      .filter(({ metadata }) => restart.names.has(metadata.name))
      .reduce((sum, each) => sum + old(each), 0)
    if (left === 0) return
    restart.onLeft(left)
    if (left < least) {
      least = left
      sinceMs = clock.now()
    } else if (clock.now() - sinceMs > restart.patienceMs)
      throw CliError.of('restartFailed', { name: restart.name, count: left })
    await clock.sleep(LOOK_AGAIN_MS, signal)
  }
}

/** How many pods are not new, or not up. */
function old({ metadata, spec, status }: k8s.Deployment): number {
  const wanted = spec.replicas ?? 1
  if ((status?.observedGeneration ?? 0) < (metadata.generation ?? 0)) return Math.max(wanted, 1)
  const settled = Math.min(status?.updatedReplicas ?? 0, status?.availableReplicas ?? 0)
  return Math.max(wanted - settled, (status?.replicas ?? 0) - (status?.updatedReplicas ?? 0))
}

async function deploymentsOf(
  { client, namespace }: Cluster,
  name: string,
  signal: AbortSignal,
): Promise<k8s.Deployment[]> {
  const labelSelector = `${APP_LABEL}=${name},${RELEASE_LABEL}`
  return (await client.list(resources.deployments, { namespace, labelSelector, signal })).items
}
