import { resources } from '../../api/index.ts'
import { openInformer } from '../../client/index.ts'
import type { ControllerContext } from '../context.ts'
import { periodically } from '../periodically.ts'
import { MONITOR_EVERY_MS, NodeMonitor } from './monitor.ts'

/** Looks at all nodes every five seconds. */
export async function runNodeLifecycleController(context: ControllerContext): Promise<void> {
  const { client, clock, logger, signal, informers } = context
  const [nodes, pods] = await Promise.all([informers.of(resources.nodes), informers.of(resources.pods)])
  await using leases = await openInformer(informers.client, resources.leases, {
    namespace: 'kube-node-lease',
    signal,
    clock,
    logger,
  })
  const monitor = new NodeMonitor({
    client,
    clock,
    nodes,
    leases,
    podsOn: (node) => pods.list().filter((pod) => pod.spec?.nodeName === node),
    record: context.events.for('taint-eviction-controller'),
  })
  await periodically(context, 'node-lifecycle', { everyMs: MONITOR_EVERY_MS, work: () => monitor.round() })
}
