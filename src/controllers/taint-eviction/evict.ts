/** Makes a pod leave, and says on it why. Source: k8s.io/kubernetes v1.34, pkg/controller/tainteviction. */
import { isApiError, type k8s, resources } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import { type Clock, toKubernetesTime } from '../../lib/index.ts'
import { findCondition } from '../objects/index.ts'

const TARGET: k8s.PodCondition = {
  type: 'DisruptionTarget',
  status: 'True',
  reason: 'DeletionByTaintManager',
  message: 'Taint manager: deleting due to NoExecute taint',
}

/** A pod that is gone, or another of its name, is left. */
export async function evictPod({ client, clock }: { client: Client; clock: Clock }, pod: k8s.Pod): Promise<void> {
  const { uid, generation } = pod.metadata
  try {
    if (findCondition(pod.status?.conditions, TARGET.type)?.reason !== TARGET.reason) {
      const lastTransitionTime = toKubernetesTime(clock.now())
      const condition = { ...TARGET, ...(generation && { observedGeneration: generation }), lastTransitionTime }
      const patch = { metadata: { uid }, status: { conditions: [condition] } }
      await client.patch(resources.pods, pod.metadata, patch, { type: 'strategic', subresource: 'status' })
    }
    await client.delete(resources.pods, pod.metadata, { ...(uid && { preconditions: { uid } }) })
  } catch (error) {
    if (!isApiError(error, 'NotFound', 'Conflict')) throw error
  }
}
