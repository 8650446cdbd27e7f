/** Creates and deletes pods for their controller, which hears of it in events and in what it waits to see. Source:
 *  k8s.io/kubernetes v1.34, RealPodControl in pkg/controller/controller_utils.go. */
import { isApiError, type k8s, type KubeObject, resources } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import { errorMessage } from '../../lib/index.ts'
import type { RecordEvent } from '../events.ts'
import type { PendingPods } from './pending-pods.ts'

/** A controller at work on the object of one key. */
export interface PodControl {
  client: Client
  key: string
  pending: PendingPods
  record: RecordEvent
}

export async function createPod(control: PodControl, owner: KubeObject, pod: k8s.Pod): Promise<void> {
  const { client, key, pending, record } = control
  pending.creating(key, pod.metadata.name)
  try {
    const created = await client.create(resources.pods, pod)
    const message = `Created pod: ${created.metadata.name}`
    record({ regarding: owner, type: 'Normal', reason: 'SuccessfulCreate', message })
  } catch (error) {
    // A refusal is certain; of a lost answer nobody knows, and `pending` will look.
    if (isApiError(error) && !isApiError(error, 'ServiceUnavailable', 'Timeout', 'InternalError'))
      pending.notCreated(key, pod.metadata.name)
    if (isNamespaceTerminating(error)) return
    const message = `Error creating: ${errorMessage(error)}`
    record({ regarding: owner, type: 'Warning', reason: 'FailedCreate', message })
    throw error
  }
}

export async function deletePod(control: PodControl, owner: KubeObject, pod: k8s.Pod): Promise<void> {
  const { client, key, pending, record } = control
  const { name, uid } = pod.metadata
  try {
    await client.delete(resources.pods, pod.metadata, { ...(uid !== undefined && { preconditions: { uid } }) })
    pending.deleted(key, pod)
    record({ regarding: owner, type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted pod: ${name}` })
  } catch (error) {
    // Gone already, or another pod of that name by now: what was to go has gone.
    if (isApiError(error, 'NotFound', 'Conflict')) return pending.deleted(key, pod)
    const message = `Error deleting: ${errorMessage(error)}`
    record({ regarding: owner, type: 'Warning', reason: 'FailedDelete', message })
    throw error
  }
}

/** Creates in a namespace being deleted all fail, and nobody needs to hear of it. */
export function isNamespaceTerminating(error: unknown): boolean {
  return (
    isApiError(error, 'Forbidden') &&
    (error.status.details?.causes ?? []).some((cause) => cause.reason === 'NamespaceTerminating')
  )
}
