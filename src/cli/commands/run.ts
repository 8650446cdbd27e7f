/** `naru run`: a command of one's own in the image and environment of an app, in a pod that is gone afterwards. */
import { backingResources, type Release, resources } from '../../api/index.ts'
import { bindingsOf } from '../../apps/index.ts'
import { listReleases, releaseInCharge } from '../app/releases.ts'
import { openTarget, type Target } from '../app/target.ts'
import type { CommandContext, CommandRun } from '../context.ts'
import { CliError } from '../errors.ts'
import { patience } from '../rollout/roll-out.ts'
import { oneOffPod, untilRunning } from '../run/one-off-pod.ts'
import { hasTerminal, runInPod } from '../run/run-in-pod.ts'

/** Time to end the pod when the command line itself is to end. */
const CLEANUP_MS = 5000

export const run: CommandRun = async (context, { words, options }) => {
  const { t, console, signal } = context
  const patienceMs = patience(options.timeout)
  if (words.length === 0)
    throw CliError.of('missingArgument', { argument: 'command', command: 'run', usage: 'naru run -- <command…>' })
  await using target = await openTarget(context, options.app)
  const { app, cluster } = target
  const { client } = cluster
  const release = releaseInCharge(app, await listReleases(cluster, app, signal))
  const bound = await boundTo(target, release, signal)
  const pod = await client.create(resources.pods, oneOffPod(app, release, bound), { signal })
  try {
    await console.progress.run(t('step.run', { pod: pod.metadata.name }), () =>
      untilRunning(context, client, { pod, patienceMs }),
    )
    return await runInPod(context, cluster, {
      pod: pod.metadata,
      container: pod.spec?.containers[0]?.name ?? '',
      command: words,
      tty: hasTerminal(context),
    })
  } finally {
    await remove(context, () =>
      client.delete(resources.pods, pod.metadata, { gracePeriodSeconds: 0, signal: AbortSignal.timeout(CLEANUP_MS) }),
    )
  }
}

/** What the release's own pods are given. */
async function boundTo({ app, cluster }: Target, release: Release, signal: AbortSignal) {
  if (release.spec.bindings === undefined) return []
  const { items } = await cluster.client.list(backingResources, { namespace: app.metadata.namespace, signal })
  return bindingsOf(release, new Map(items.map((resource) => [resource.metadata.name, resource]))).bound
}

/** That the pod could not be deleted must not hide how the command ended. */
async function remove({ console, t }: CommandContext, deletePod: () => Promise<void>): Promise<void> {
  try {
    await deletePod()
  } catch {
    console.note(t('run.left'))
  }
}
