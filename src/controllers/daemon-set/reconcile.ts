/** Brings a daemon set's pods to the nodes: claim, history, pods per node, one step of an update, status. */
import { type k8s, parseKey, resources } from '../../api/index.ts'
import { claimObjects } from '../objects/index.ts'
import { changePods } from './change-pods.ts'
import type { DaemonSetControl, DaemonSetController } from './controller.ts'
import { type EndedPod, planPods } from './plan-pods.ts'
import { dropHistory, hashOf, historyOf } from './revisions.ts'
import { planRollingUpdate } from './rolling-update.ts'
import { type DaemonSnapshot, isRollingUpdate, snapshotOf } from './snapshot.ts'
import { countDaemons, msUntilNextAvailable } from './status.ts'

/** Resolves to the milliseconds after which availability, a failed pod or a duplicate revision must be looked at again,
 *  if any waits. */
export async function reconcileDaemonSet(controller: DaemonSetController, key: string): Promise<number | undefined> {
  const daemonSet = controller.daemonSets.get(parseKey(key))
  if (daemonSet === undefined) {
    controller.pending.forget(key)
    return undefined
  }
  if (isEmptySelector(daemonSet.spec.selector)) {
    const message = 'This daemon set is selecting all pods. A non-empty selector is required.'
    controller.record({ regarding: daemonSet, type: 'Warning', reason: 'SelectingAll', message })
    return undefined
  }
  // Its history may be gone already, and with it what the counts would rest on.
  if (daemonSet.metadata.deletionTimestamp !== undefined) return undefined

  const settled = await controller.pending.settled(key, daemonSet.metadata.namespace ?? '')
  const pods = await claimPods(controller, daemonSet)
  const { current, old, collisionCount, againInMs } = await historyOf(controller, daemonSet, pods)
  const snapshot = snapshotOf({
    daemonSet,
    hash: hashOf(current),
    nodes: controller.nodes.list(),
    pods,
    nowMs: controller.clock.now(),
  })
  const round = settled
    ? await changeAndClean({ ...controller, key }, snapshot, { old, pods })
    : { failure: undefined, againInMs: undefined }
  await writeStatus(controller, snapshot, { collisionCount, settled })
  if (round.failure !== undefined) throw round.failure
  const waits = [againInMs, round.againInMs, msUntilNextAvailable(snapshot)].filter((ms) => ms !== undefined)
  return waits.length === 0 ? undefined : Math.min(...waits)
}

async function claimPods({ client, pods }: DaemonSetController, daemonSet: k8s.DaemonSet): Promise<k8s.Pod[]> {
  return await claimObjects({
    client,
    owner: daemonSet,
    ownerResource: resources.daemonsets,
    selector: daemonSet.spec.selector,
    resource: resources.pods,
    candidates: pods.claimableBy(daemonSet),
  })
}

async function changeAndClean(
  control: DaemonSetControl,
  snapshot: DaemonSnapshot,
  { old, pods }: { old: readonly k8s.ControllerRevision[]; pods: readonly k8s.Pod[] },
): Promise<{ failure: unknown; againInMs: number | undefined }> {
  const { backoff } = control
  const { daemonSet, hash, nowMs } = snapshot
  const backoffKey = (node: string) => `${daemonSet.metadata.uid}/${daemonSet.status?.observedGeneration ?? 0}/${node}`
  const plan = planPods(snapshot, (node) => backoff.remainingMs(backoffKey(node), nowMs))
  for (const { node } of plan.failed) backoff.failed(backoffKey(node), nowMs)
  tellOfEnded(control, daemonSet, plan)
  try {
    await changePods(control, daemonSet, { changes: plan, hash })
    const isQuiet = plan.create.length + plan.delete.length === 0
    if (isQuiet && isRollingUpdate(daemonSet))
      await changePods(control, daemonSet, { changes: planRollingUpdate(snapshot), hash })
    await dropHistory(control, daemonSet, { old, pods })
    return { failure: undefined, againInMs: plan.againInMs }
  } catch (failure) {
    return { failure, againInMs: undefined }
  }
}

function tellOfEnded(
  { record }: DaemonSetControl,
  daemonSet: k8s.DaemonSet,
  { failed, succeeded }: { failed: readonly EndedPod[]; succeeded: readonly EndedPod[] },
): void {
  const found = ({ pod, node }: EndedPod) => `daemon pod ${pod.metadata.namespace}/${pod.metadata.name} on node ${node}`
  for (const ended of failed) {
    const message = `Found failed ${found(ended)}, will try to kill it`
    record({ regarding: daemonSet, type: 'Warning', reason: 'FailedDaemonPod', message })
  }
  for (const ended of succeeded) {
    const message = `Found succeeded ${found(ended)}, will try to delete it`
    record({ regarding: daemonSet, type: 'Normal', reason: 'SucceededDaemonPod', message })
  }
}

/** A generation counts as observed only when its pods have been seen to. */
async function writeStatus(
  { client }: DaemonSetController,
  snapshot: DaemonSnapshot,
  { collisionCount, settled }: { collisionCount: number | undefined; settled: boolean },
): Promise<void> {
  const { daemonSet } = snapshot
  const { metadata, status } = daemonSet
  const counts = countDaemons(snapshot)
  const isTold =
    Object.entries(counts).every(([name, count]) => (status?.[name as keyof typeof counts] ?? 0) === count) &&
    (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0) &&
    collisionCount === status?.collisionCount
  if (isTold) return
  await client.updateStatus(resources.daemonsets, {
    ...daemonSet,
    status: {
      ...status,
      ...counts,
      ...(collisionCount !== undefined && { collisionCount }),
      ...(settled && { observedGeneration: metadata.generation }),
    },
  })
}

const isEmptySelector = ({ matchLabels, matchExpressions }: k8s.LabelSelector) =>
  Object.keys(matchLabels ?? {}).length === 0 && (matchExpressions ?? []).length === 0
