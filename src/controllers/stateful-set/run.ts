/** Wires the stateful set controller: which changes ask for which sets. */
import { type k8s, keyOf, labelSelectorMatches, resources } from '../../api/index.ts'
import { runController, source } from '../../client/index.ts'
import type { ControllerContext } from '../context.ts'
import { controllerKey, controllerOf, ownerIndex } from '../objects/index.ts'
import { mayBeClaimOf } from './claims.ts'
import { reconcileStatefulSet } from './reconcile.ts'

const CONCURRENCY = 5

export async function runStatefulSetController(context: ControllerContext): Promise<void> {
  const { client, clock, informers } = context
  const [sets, pods, claims, revisions] = await Promise.all([
    informers.of(resources.statefulsets),
    informers.of(resources.pods),
    informers.of(resources.persistentvolumeclaims),
    informers.of(resources.controllerrevisions),
  ])

  const setsWhere = (namespace: string | undefined, test: (set: k8s.StatefulSet) => boolean) =>
    sets.list(namespace).filter(test).map(keyOf)

  /** Its set; for an orphan, every one that may want to adopt it. */
  const interested = (pod: k8s.Pod): string[] => {
    if (controllerOf(pod) !== undefined) {
      const key = controllerKey(pod, resources.statefulsets)
      return key === undefined ? [] : [key]
    }
    const { namespace, labels, deletionTimestamp } = pod.metadata
    if (deletionTimestamp !== undefined) return []
    return setsWhere(namespace, ({ spec }) => labelSelectorMatches(spec.selector, labels ?? {}))
  }

  /** A set waits for claims of former pods to be gone. */
  const waiting = ({ metadata }: k8s.PersistentVolumeClaim) =>
    setsWhere(metadata.namespace, (set) => mayBeClaimOf(set, metadata.name))

  const controller = {
    client,
    clock,
    sets,
    claims,
    podsOf: pods.index(ownerIndex),
    revisionsOf: revisions.index(ownerIndex),
    record: context.events.for('statefulset-controller'),
  }
  await runController({
    name: 'statefulset',
    clock,
    logger: context.logger,
    signal: context.signal,
    concurrency: CONCURRENCY,
    sources: [source(sets, (set) => [keyOf(set)]), source(pods, interested), source(claims, waiting)],
    reconcile: (key) => reconcileStatefulSet(controller, key),
  })
}
