/** A pod of an app that is up. */
import { type App, APP_LABEL, type k8s, PROCESS_LABEL, RELEASE_LABEL, resources, WEB_PROCESS } from '../../api/index.ts'
import type { Cluster } from '../cluster/open-cluster.ts'
import { CliError } from '../errors.ts'
import { podState } from './pod-state.ts'

/** Of the newest release that has one. `process`: as `--process` was given, else `web`. Throws CliError `noPodRuns`. */
export async function runningPod(
  { client, namespace }: Cluster,
  app: App,
  { process, signal }: { process: string | boolean | undefined; signal: AbortSignal },
): Promise<k8s.Pod> {
  const { name } = app.metadata
  const wished = typeof process === 'string' ? process : WEB_PROCESS
  const labelSelector = `${APP_LABEL}=${name},${PROCESS_LABEL}=${wished}`
  const { items } = await client.list(resources.pods, { namespace, labelSelector, signal })
  const release = ({ metadata }: k8s.Pod) => Number(metadata.labels?.[RELEASE_LABEL] ?? 0)
  const [pod] = items.filter((each) => podState(each).isUp).toSorted((a, b) => release(b) - release(a))
  if (pod === undefined) throw CliError.of('noPodRuns', { name, process: wished })
  return pod
}
