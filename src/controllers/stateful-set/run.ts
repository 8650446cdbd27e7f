/** Wires the stateful set controller: which changes ask for which sets. */
import { type k8s, keyOf, resources } from '../../api/index.ts'
import { runController, source } from '../../client/index.ts'
import type { ControllerContext } from '../context.ts'
import { dependentsOf, interestedOwners } from '../objects/index.ts'
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

  /** A set waits for claims of former pods to be gone. */
  const waiting = ({ metadata }: k8s.PersistentVolumeClaim) =>
    sets
      .list(metadata.namespace)
      .filter((set) => mayBeClaimOf(set, metadata.name))
      .map(keyOf)

  const controller = {
    client,
    clock,
    sets,
    claims,
    pods: dependentsOf(pods),
    revisions: dependentsOf(revisions),
    record: context.events.for('statefulset-controller'),
  }
  await runController({
    name: 'statefulset',
    clock,
    logger: context.logger,
    signal: context.signal,
    concurrency: CONCURRENCY,
    sources: [
      source(sets, (set) => [keyOf(set)]),
      source(pods, (pod) => interestedOwners(pod, sets)),
      source(claims, waiting),
    ],
    reconcile: (key) => reconcileStatefulSet(controller, key),
  })
}
