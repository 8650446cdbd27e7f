/** NodeMetrics and PodMetrics, from what kubelets say. Pure. Source: k8s.io/metrics v0.34, pkg/apis/metrics/v1beta1; what
 *  is left out: metrics-server, pkg/api, pkg/storage. */
import { formatQuantity, type k8s, type KubeObject, parseQuantity } from '../../api/index.ts'
import { toKubernetesTime } from '../../lib/index.ts'
import { METRICS_GROUP, METRICS_VERSION } from './resources.ts'
import type { PodUsage, Summary, Usage } from './summary.ts'

/** CPU and memory as quantities, by resource. */
export type UsageList = Record<string, string>

export interface NodeMetrics extends KubeObject {
  timestamp: string
  window: string
  usage: UsageList
}

export interface PodMetrics extends KubeObject {
  timestamp: string
  window: string
  containers: { name: string; usage: UsageList }[]
}

/** What a kubelet's rates are taken over. */
const WINDOW = '10s'

const apiVersion = `${METRICS_GROUP}/${METRICS_VERSION}`

/** Undefined where a rate is not known yet. */
function usageList({ cpu, memory }: Usage): UsageList | undefined {
  const nanoCores = cpu?.usageNanoCores
  const bytes = memory?.workingSetBytes
  if (nanoCores === undefined || bytes === undefined) return undefined
  return {
    cpu: formatQuantity(parseQuantity(`${nanoCores}n`)),
    memory: formatQuantity({ digits: BigInt(bytes), exponent: 0, format: 'BinarySI' }),
  }
}

function head(kind: string, { metadata }: KubeObject, nowMs: number) {
  const { name, namespace, labels } = metadata
  return {
    kind,
    apiVersion,
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      creationTimestamp: toKubernetesTime(nowMs),
      ...(labels && { labels }),
    },
  }
}

export function nodeMetricsOf(node: k8s.Node, summary: Summary | undefined, nowMs: number): NodeMetrics | undefined {
  const usage = summary && usageList(summary.node)
  if (usage === undefined) return undefined
  const timestamp = summary?.node.cpu?.time ?? toKubernetesTime(nowMs)
  return { ...head('NodeMetrics', node, nowMs), timestamp, window: WINDOW, usage }
}

/** Undefined for a pod that does not run, and for one of which a container is not known yet. */
export function podMetricsOf(pod: k8s.Pod, used: PodUsage | undefined, nowMs: number): PodMetrics | undefined {
  const measured = used?.containers ?? []
  if (pod.status?.phase !== 'Running' || measured.length === 0) return undefined
  const containers: PodMetrics['containers'] = []
  for (const container of measured) {
    const usage = usageList(container)
    if (usage === undefined) return undefined
    containers.push({ name: container.name, usage })
  }
  const timestamp = measured[0]?.cpu?.time ?? toKubernetesTime(nowMs)
  return { ...head('PodMetrics', pod, nowMs), timestamp, window: WINDOW, containers }
}
