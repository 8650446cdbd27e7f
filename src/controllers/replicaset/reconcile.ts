/** Brings a replica set's pods to the wished number: claim, count, create or delete, report. */
import { parseKey, resources } from '../../api/index.ts'
import { toKubernetesTime } from '../../lib/index.ts'
import { claimObjects, isPodActive, isPodTerminal, semanticallyEqual } from '../objects/index.ts'
import type { ReplicaSetController } from './controller.ts'
import { managePods } from './manage-pods.ts'
import { msUntilNextAvailable, replicaSetStatus } from './status.ts'

/** Resolves to the milliseconds after which a pod's availability must be looked at again, if any waits for it. */
export async function reconcileReplicaSet(controller: ReplicaSetController, key: string): Promise<number | undefined> {
  const replicaSet = controller.replicaSets.get(parseKey(key))
  if (replicaSet === undefined) {
    controller.pending.forget(key)
    return undefined
  }
  const settled = await controller.pending.settled(key, replicaSet.metadata.namespace ?? '')
  const owned = controller.pods.ownedBy(replicaSet)
  const active = await claimObjects({
    client: controller.client,
    owner: replicaSet,
    ownerResource: controller.resource,
    selector: replicaSet.spec.selector,
    resource: resources.pods,
    candidates: controller.pods.claimableBy(replicaSet).filter(isPodActive),
  })

  let failure: unknown
  if (settled && replicaSet.metadata.deletionTimestamp === undefined)
    try {
      await managePods({ ...controller, key }, replicaSet, active)
    } catch (error) {
      failure = error
    }

  const nowMs = controller.clock.now()
  const terminating = owned.filter((pod) => pod.metadata.deletionTimestamp !== undefined && !isPodTerminal(pod))
  const observation = { replicaSet, active, terminating, failure, nowMs, now: toKubernetesTime(nowMs) }
  const status = replicaSetStatus(observation)
  if (!semanticallyEqual(status, replicaSet.status)) await controller.replicaSets.updateStatus(replicaSet, status)
  if (failure !== undefined) throw failure
  return msUntilNextAvailable(observation)
}
