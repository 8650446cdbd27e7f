/** The resources of metrics.k8s.io. Source: k8s.io/metrics v0.34, pkg/apis/metrics/v1beta1; the verbs: metrics-server. */
import type { Resource } from '../../api/index.ts'

export const METRICS_GROUP = 'metrics.k8s.io'
export const METRICS_VERSION = 'v1beta1'

const common = {
  group: METRICS_GROUP,
  version: METRICS_VERSION,
  singular: '',
  shortNames: [],
  categories: [],
  verbs: ['get', 'list'],
  subresources: [],
} as const

export const nodeMetrics: Resource = { ...common, kind: 'NodeMetrics', plural: 'nodes', namespaced: false }
export const podMetrics: Resource = { ...common, kind: 'PodMetrics', plural: 'pods', namespaced: true }
