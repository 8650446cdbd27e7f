/** Wires the replica set controller: which changes ask for which replica sets. */
import { type k8s, keyOf, labelSelectorMatches, resources } from '../../api/index.ts'
import { runController, source } from '../../client/index.ts'
import type { ControllerContext } from '../context.ts'
import { controllerKey, controllerOf } from '../objects/index.ts'
import { PendingPods } from './pending-pods.ts'
import { podOwnerIndex, reconcileReplicaSet } from './reconcile.ts'

const CONCURRENCY = 5

export async function runReplicaSetController(context: ControllerContext): Promise<void> {
  const { client, clock, informers } = context
  const [replicaSets, pods] = await Promise.all([informers.of(resources.replicasets), informers.of(resources.pods)])
  const podsByOwner = pods.index(podOwnerIndex)

  /** Its replica set; for an orphan, every one that may want to adopt it. */
  const interested = (pod: k8s.Pod): string[] => {
    if (controllerOf(pod) !== undefined) {
      const key = controllerKey(pod, resources.replicasets)
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
    replicaSets,
    podsOwnedBy: podsByOwner,
    orphanPods: (namespace: string) => podsByOwner(`orphans/${namespace}`),
    pending: new PendingPods({ client, pods }),
    record: context.events.for('replicaset-controller'),
  }
  await runController({
    name: 'replicaset',
    clock,
    logger: context.logger,
    signal: context.signal,
    concurrency: CONCURRENCY,
    sources: [source(replicaSets, (replicaSet) => [keyOf(replicaSet)]), source(pods, interested)],
    reconcile: (key) => reconcileReplicaSet(controller, key),
  })
}
