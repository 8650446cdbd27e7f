/** Wires the daemon set controller: which changes ask for which daemon sets. */
import { type k8s, keyOf, type KubeObject, resources } from '../../api/index.ts'
import { type ChangeEvent, runController, source } from '../../client/index.ts'
import type { WorkQueue } from '../../lib/index.ts'
import type { ControllerContext } from '../context.ts'
import { controllerOf, dependentsOf, interestedOwners, semanticallyEqual } from '../objects/index.ts'
import { PendingPods } from '../pods/index.ts'
import { FailedPodBackoff } from './failed-pod-backoff.ts'
import { reconcileDaemonSet } from './reconcile.ts'

const CONCURRENCY = 2

export async function runDaemonSetController(context: ControllerContext): Promise<void> {
  const { client, clock, informers } = context
  const [daemonSets, pods, nodes, revisions] = await Promise.all([
    informers.of(resources.daemonsets),
    informers.of(resources.pods),
    informers.of(resources.nodes),
    informers.of(resources.controllerrevisions),
  ])

  const interested = (object: KubeObject) => interestedOwners(object, daemonSets)
  const controller = {
    client,
    clock,
    random: context.random,
    daemonSets,
    nodes,
    pods: dependentsOf(pods),
    revisions: dependentsOf(revisions),
    pending: new PendingPods({ client, pods }),
    backoff: new FailedPodBackoff(),
    record: context.events.for('daemonset-controller'),
  }
  const undo: (() => void)[] = []
  const follow = (queue: WorkQueue) => {
    undo.push(
      nodes.onChange((event) => {
        if (matters(event)) for (const daemonSet of daemonSets.list()) queue.add(keyOf(daemonSet))
      }),
      // One that is new and has its daemon set is the controller's own work.
      revisions.onChange(({ type, object, old }) => {
        if (type === 'added' && controllerOf(object) !== undefined) return
        for (const key of [...interested(object), ...(old === undefined ? [] : interested(old))]) queue.add(key)
      }),
    )
  }
  try {
    await runController({
      name: 'daemonset',
      clock,
      logger: context.logger,
      signal: context.signal,
      concurrency: CONCURRENCY,
      sources: [source(daemonSets, (daemonSet) => [keyOf(daemonSet)]), source(pods, interested)],
      onQueue: follow,
      reconcile: (key) => reconcileDaemonSet(controller, key),
    })
  } finally {
    for (const cancel of undo) cancel()
  }
}

/** A node's heartbeats do not matter, only what decides who may run on it. */
function matters({ object, old }: ChangeEvent<k8s.Node>): boolean {
  if (old === undefined) return true
  return !(
    semanticallyEqual(object.metadata.labels, old.metadata.labels) &&
    semanticallyEqual(object.spec?.taints, old.spec?.taints)
  )
}
