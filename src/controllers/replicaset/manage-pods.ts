/** Creates the pods a replica set lacks, or deletes those it has too many of. */
import { isApiError, type k8s, resources } from '../../api/index.ts'
import { errorMessage } from '../../lib/index.ts'
import { controllerOf } from '../objects/index.ts'
import type { ReplicaSetControl } from './controller.ts'
import { podFromTemplate } from './pod-from-template.ts'
import { podsToDelete } from './rank-pods.ts'
import { slowStart } from './slow-start.ts'

/** At most so many pods at once; the next round does the rest. Source: BurstReplicas, v1.34. */
const BURST_REPLICAS = 500

export async function managePods(
  control: ReplicaSetControl,
  replicaSet: k8s.ReplicaSet,
  active: readonly k8s.Pod[],
): Promise<void> {
  const missing = (replicaSet.spec.replicas ?? 1) - active.length
  if (missing > 0) await slowStart(Math.min(missing, BURST_REPLICAS), () => createPod(control, replicaSet))
  else if (missing < 0) {
    const chosen = podsToDelete({
      pods: active,
      related: relatedPods(control, replicaSet),
      count: Math.min(-missing, BURST_REPLICAS),
      nowMs: control.clock.now(),
    })
    const outcomes = await Promise.allSettled(chosen.map((pod) => deletePod(control, replicaSet, pod)))
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
  }
}

async function createPod(control: ReplicaSetControl, replicaSet: k8s.ReplicaSet): Promise<void> {
  const { key, pending, record } = control
  const pod = podFromTemplate(replicaSet, control)
  pending.creating(key, pod.metadata.name)
  try {
    const created = await control.client.create(resources.pods, pod)
    record({
      regarding: replicaSet,
      type: 'Normal',
      reason: 'SuccessfulCreate',
      message: `Created pod: ${created.metadata.name}`,
    })
  } catch (error) {
    // A refusal is certain; of a lost answer nobody knows, and `pending` will look.
    if (isApiError(error) && !isApiError(error, 'ServiceUnavailable', 'Timeout', 'InternalError'))
      pending.notCreated(key, pod.metadata.name)
    if (isNamespaceTerminating(error)) return
    const message = `Error creating: ${errorMessage(error)}`
    record({ regarding: replicaSet, type: 'Warning', reason: 'FailedCreate', message })
    throw error
  }
}

async function deletePod(control: ReplicaSetControl, replicaSet: k8s.ReplicaSet, pod: k8s.Pod): Promise<void> {
  const { name, uid } = pod.metadata
  try {
    await control.client.delete(resources.pods, pod.metadata, { ...(uid !== undefined && { preconditions: { uid } }) })
    control.pending.deleted(control.key, pod)
    control.record({
      regarding: replicaSet,
      type: 'Normal',
      reason: 'SuccessfulDelete',
      message: `Deleted pod: ${name}`,
    })
  } catch (error) {
    // Gone already, or another pod of that name by now: what was to go has gone.
    if (isApiError(error, 'NotFound', 'Conflict')) return control.pending.deleted(control.key, pod)
    const message = `Error deleting: ${errorMessage(error)}`
    control.record({ regarding: replicaSet, type: 'Warning', reason: 'FailedDelete', message })
    throw error
  }
}

/** The pods of all replica sets under the same controller: they count when pods are doubled up on a node. */
function relatedPods(control: ReplicaSetControl, replicaSet: k8s.ReplicaSet): k8s.Pod[] {
  const owner = controllerOf(replicaSet)
  const siblings =
    owner === undefined
      ? [replicaSet]
      : control.replicaSets
          .list(replicaSet.metadata.namespace)
          .filter((sibling) => controllerOf(sibling)?.uid === owner.uid)
  return siblings.flatMap((sibling) => control.podsOwnedBy(sibling.metadata.uid ?? ''))
}

/** Creates in a namespace being deleted all fail, and nobody needs to hear of it. */
export function isNamespaceTerminating(error: unknown): boolean {
  return (
    isApiError(error, 'Forbidden') &&
    (error.status.details?.causes ?? []).some((cause) => cause.reason === 'NamespaceTerminating')
  )
}
