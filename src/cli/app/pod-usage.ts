/** What pods use, from metrics.k8s.io. Source: k8s.io/metrics v0.34, pkg/apis/metrics/v1beta1. */
import { APP_LABEL, isApiError, type KubeObject, quantityMilli, quantityValue, type Resource } from '../../api/index.ts'
import type { Cluster } from '../cluster/open-cluster.ts'

export interface Usage {
  cpuMilli: number
  memoryBytes: number
}

interface PodMetrics extends KubeObject {
  containers?: { name: string; usage: Record<string, string | number> }[]
}

const podMetrics: Resource<PodMetrics> = {
  group: 'metrics.k8s.io',
  version: 'v1beta1',
  kind: 'PodMetrics',
  plural: 'pods',
  singular: '',
  namespaced: true,
  shortNames: [],
  categories: [],
  verbs: ['get', 'list'],
  subresources: [],
}

/** By pod name; empty where the cluster measures nothing. */
export async function podUsage(
  { client, namespace }: Cluster,
  name: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Usage>> {
  try {
    const { items } = await client.list(podMetrics, { namespace, labelSelector: `${APP_LABEL}=${name}`, signal })
    return new Map(items.map((item) => [item.metadata.name, usageOf(item)]))
  } catch (error) {
    if (isApiError(error, 'NotFound', 'ServiceUnavailable', 'Forbidden')) return new Map()
    throw error
  }
}

function usageOf({ containers = [] }: PodMetrics): Usage {
  const sum = (amount: (usage: Record<string, string | number>) => number) =>
    containers.reduce((total, { usage }) => total + amount(usage), 0)
  return {
    cpuMilli: sum(({ cpu = 0 }) => quantityMilli(cpu)),
    memoryBytes: sum(({ memory = 0 }) => quantityValue(memory)),
  }
}
