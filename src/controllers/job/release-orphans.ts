/** Takes the finalizer from pods whose Job is gone or over: nobody will count them.
 *  Source: k8s.io/kubernetes v1.34, pkg/controller/job (syncOrphanPod). */
import { apiVersionOf, isApiError, type k8s, parseKey, resources } from '../../api/index.ts'
import type { Client, Informer } from '../../client/index.ts'
import { controllerOf, isJobFinished } from '../objects/index.ts'
import { isTracked, removeFinalizer } from './finalizer.ts'
import { isManagedElsewhere } from './spec.ts'

export interface OrphanReleaser {
  client: Client
  jobs: Informer<k8s.Job>
  pods: Informer<k8s.Pod>
}

export async function releaseOrphan({ client, jobs, pods }: OrphanReleaser, key: string): Promise<void> {
  const pod = pods.get(parseKey(key))
  if (pod === undefined || !isTracked(pod) || !isOrphan(jobs, pod)) return
  try {
    await removeFinalizer(client, pod)
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error
  }
}

/** Pods of other controllers are theirs. */
export function isOrphan(jobs: Informer<k8s.Job>, pod: k8s.Pod): boolean {
  const owner = controllerOf(pod)
  if (owner === undefined) return true
  if (owner.kind !== resources.jobs.kind || owner.apiVersion !== apiVersionOf(resources.jobs)) return false
  const job = jobs.get({ namespace: pod.metadata.namespace, name: owner.name })
  if (job === undefined || job.metadata.uid !== owner.uid) return true
  return isJobFinished(job) && !isManagedElsewhere(job)
}
