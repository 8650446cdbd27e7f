/** Wires the replica set controller: which changes ask for which replica sets, or which objects seen as one. */
import { type k8s, keyOf, labelSelectorMatches, resources } from '../../api/index.ts'
import { runController, source } from '../../client/index.ts'
import type { ControllerContext } from '../context.ts'
import { controllerKey, controllerOf, ownerIndex } from '../objects/index.ts'
import { PendingPods } from '../pods/index.ts'
import { type ReplicaOwnerKind, replicaSetKind } from './owner.ts'
import { reconcileReplicaSet } from './reconcile.ts'

const CONCURRENCY = 5

export const runReplicaSetController = (context: ControllerContext): Promise<void> =>
  runReplicaOwnerController(context, replicaSetKind)

export async function runReplicaOwnerController(context: ControllerContext, kind: ReplicaOwnerKind): Promise<void> {
  const { client, clock, informers } = context
  const { name, component, resource } = kind
  const [replicaSets, pods] = await Promise.all([kind.open(context), informers.of(resources.pods)])
  const podsByOwner = pods.index(ownerIndex)

  /** Its replica set; for an orphan, every one that may want to adopt it. */
  const interested = (pod: k8s.Pod): string[] => {
    if (controllerOf(pod) !== undefined) {
      const key = controllerKey(pod, resource)
      return key === undefined ? [] : [key]
    }
    if (pod.metadata.deletionTimestamp !== undefined) return []
    return replicaSets
      .list(pod.metadata.namespace)
      .filter(({ spec }) => labelSelectorMatches(spec.selector, pod.metadata.labels ?? {}))
      .map(keyOf)
  }

  const controller = {
    client,
    clock,
    random: context.random,
    resource,
    replicaSets,
    podsOwnedBy: podsByOwner,
    orphanPods: (namespace: string) => podsByOwner(`orphans/${namespace}`),
    pending: new PendingPods({ client, pods }),
    record: context.events.for(component),
  }
  await runController({
    name,
    clock,
    logger: context.logger,
    signal: context.signal,
    concurrency: CONCURRENCY,
    sources: [replicaSets.changes, source(pods, interested)],
    reconcile: (key) => reconcileReplicaSet(controller, key),
  })
}
