/** `naru exec`: a command in a pod of an app that runs already. */
import { type App, APP_LABEL, type k8s, PROCESS_LABEL, RELEASE_LABEL, resources, WEB_PROCESS } from '../../api/index.ts'
import { openTarget } from '../app/target.ts'
import { podState } from '../app/pod-state.ts'
import type { Cluster } from '../cluster/open-cluster.ts'
import type { CommandRun } from '../context.ts'
import { CliError } from '../errors.ts'
import { hasTerminal, runInPod } from '../run/run-in-pod.ts'

const SHELL = ['/bin/sh']

export const exec: CommandRun = async (context, { words, options }) => {
  await using target = await openTarget(context, options.app)
  const { app, cluster } = target
  const process = typeof options.process === 'string' ? options.process : WEB_PROCESS
  const pod = await podOf(cluster, app, { process, signal: context.signal })
  return runInPod(context, cluster, {
    pod: pod.metadata,
    container: pod.spec?.containers[0]?.name ?? '',
    command: words.length > 0 ? words : SHELL,
    tty: hasTerminal(context),
  })
}

/** One that is up, of the newest release that has one. Throws CliError `noPodRuns`. */
async function podOf(
  { client, namespace }: Cluster,
  app: App,
  { process, signal }: { process: string; signal: AbortSignal },
): Promise<k8s.Pod> {
  const { name } = app.metadata
  const labelSelector = `${APP_LABEL}=${name},${PROCESS_LABEL}=${process}`
  const { items } = await client.list(resources.pods, { namespace, labelSelector, signal })
  const release = ({ metadata }: k8s.Pod) => Number(metadata.labels?.[RELEASE_LABEL] ?? 0)
  const [pod] = items.filter((each) => podState(each).isUp).toSorted((a, b) => release(b) - release(a))
  if (pod === undefined) throw CliError.of('noPodRuns', { name, process })
  return pod
}
