import { resources } from '../../api/index.ts'
import { openInformer, runController, source } from '../../client/index.ts'
import type { ControllerContext } from '../context.ts'
import { periodically } from '../periodically.ts'
import { MONITOR_EVERY_MS, NodeMonitor } from './monitor.ts'
import { taintNode } from './taint-node.ts'

/** Looks at all nodes every five seconds, and at the taints of one as soon as it changes: a new node is to take pods
 *  the moment it is ready. */
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
  })
  await Promise.all([
    periodically(context, 'node-lifecycle', { everyMs: MONITOR_EVERY_MS, work: () => monitor.round() }),
    runController({
      name: 'node-taints',
      clock,
      logger,
      signal,
      sources: [source(nodes, ({ metadata }) => [metadata.name])],
      async reconcile(name) {
        const node = nodes.get({ name })
        if (node !== undefined) await taintNode({ client, clock }, node)
      },
    }),
  ])
}
