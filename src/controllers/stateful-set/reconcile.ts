/** Brings a stateful set's pods to the wish: claim, revisions, one round of the plan, status, history. */
import { type k8s, parseKey, resources } from '../../api/index.ts'
import { hasTemplate } from '../history/index.ts'
import { claimObjects } from '../objects/index.ts'
import { carryOut } from './act.ts'
import type { StatefulSetController } from './controller.ts'
import { isMember } from './identity.ts'
import { planSet } from './plan.ts'
import { currentAndUpdate, dropHistory, revisionsOf } from './revisions.ts'
import { msUntilNextAvailable, statefulSetStatus, tellsMore } from './status.ts'

/** Resolves to the milliseconds after which a pod's availability must be looked at again, if any waits for it. */
export async function reconcileStatefulSet(
  controller: StatefulSetController,
  key: string,
): Promise<number | undefined> {
  const set = controller.sets.get(parseKey(key))
  if (set === undefined) return undefined
  const revisions = await revisionsOf(controller, set)
  const pods = await claimPods(controller, set)
  // A set that is going makes nothing any more, not even a revision.
  const isGoing = set.metadata.deletionTimestamp !== undefined
  if (isGoing && !revisions.some((revision) => hasTemplate(revision, set.spec.template))) return undefined
  const { collisionCount, ...live } = await currentAndUpdate(controller, set, revisions)
  const nowMs = controller.clock.now()
  const claim = (name: string) => controller.claims.get({ namespace: set.metadata.namespace, name })
  const plan = planSet({ set, revisions: live, pods, claim, nowMs })
  const outcome = await carryOut(controller, set, plan).then(
    () => ({ failure: undefined, replaced: plan.replaced }),
    (failure: unknown) => ({ failure, replaced: 0 }),
  )
  const observation = { set, revisions: live, collisionCount, pods, replaced: outcome.replaced, nowMs }
  const status = statefulSetStatus(observation)
  if (tellsMore(status, set.status)) await controller.client.updateStatus(resources.statefulsets, { ...set, status })
  if (outcome.failure !== undefined) throw outcome.failure
  await dropHistory(controller, set, { revisions, live, pods })
  return msUntilNextAvailable(observation)
}

/** The set's own, and orphans of its selector and of a name that it gives. */
async function claimPods({ client, pods }: StatefulSetController, set: k8s.StatefulSet): Promise<k8s.Pod[]> {
  return await claimObjects({
    client,
    owner: set,
    ownerResource: resources.statefulsets,
    selector: set.spec.selector,
    resource: resources.pods,
    candidates: pods.claimableBy(set),
    isMember: (pod) => isMember(set, pod),
  })
}
