/** Wires the replica set controller: which changes ask for which replica sets, or which objects seen as one. */
import { resources } from '../../api/index.ts'
import { runController, source } from '../../client/index.ts'
import type { ControllerContext } from '../context.ts'
import { dependentsOf, interestedOwners } from '../objects/index.ts'
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
  const owners = { resource, list: (namespace?: string) => replicaSets.list(namespace) }
  const controller = {
    client,
    clock,
    random: context.random,
    resource,
    replicaSets,
    pods: dependentsOf(pods),
    pending: new PendingPods({ client, pods }),
    record: context.events.for(component),
  }
  await runController({
    name,
    clock,
    logger: context.logger,
    signal: context.signal,
    concurrency: CONCURRENCY,
    sources: [replicaSets.changes, source(pods, (pod) => interestedOwners(pod, owners))],
    reconcile: (key) => reconcileReplicaSet(controller, key),
  })
}
