/** What `naru why --json` prints. */
import type { k8s } from '../../api/index.ts'
import type { Explanation } from '../../scheduler/index.ts'

export function whyDocument({ metadata, spec }: k8s.Pod, { nodes, message, preemption }: Explanation) {
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    node: spec.nodeName || undefined,
    schedulerName: spec.schedulerName,
    schedulingGates: (spec.schedulingGates ?? []).map(({ name }) => name),
    /** Always: what the scheduler saw when it decided is not kept. */
    judgedBy: 'the present state of the cluster, without this pod',
    nodes: nodes.map(({ node, refusals, score }) => ({
      node,
      fits: score !== undefined,
      refusals: refusals.map(({ plugin, reasons, resolvable }) => ({
        plugin,
        reasons,
        removingPodsCouldHelp: resolvable,
      })),
      score: score && {
        total: score.total,
        plugins: score.plugins.map((plugin) => ({ ...plugin, score: plugin.weight * plugin.normalized })),
      },
    })),
    message,
    preemption:
      preemption?.outcome === 'room'
        ? {
            node: preemption.node,
            victims: preemption.victims.map((victim) => ({
              namespace: victim.metadata.namespace,
              name: victim.metadata.name,
              priority: victim.spec.priority ?? 0,
            })),
          }
        : undefined,
  }
}
