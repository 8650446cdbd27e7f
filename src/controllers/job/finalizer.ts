/** The finalizer that keeps a pod from vanishing before the Job has counted it. */
import { type k8s, resources } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'

export const TRACKING_FINALIZER = 'batch.kubernetes.io/job-tracking'

export function isTracked(pod: k8s.Pod): boolean {
  return pod.metadata.finalizers?.includes(TRACKING_FINALIZER) === true
}

/** Throws `NotFound` when the pod is gone. */
export async function removeFinalizer(client: Client, pod: k8s.Pod): Promise<void> {
  const { uid } = pod.metadata
  const patch = { metadata: { uid, '$deleteFromPrimitiveList/finalizers': [TRACKING_FINALIZER] } }
  await client.patch(resources.pods, pod.metadata, patch, { type: 'strategic' })
}
