/** HorizontalPodAutoscalers: autoscaling/v2 is kept; v1 has one of its metrics as a field and the rest in annotations.
 *  Source: k8s.io/kubernetes v1.34, pkg/apis/autoscaling/v1 (conversion.go) and pkg/apis/autoscaling (annotations.go). */
import type * as k8s from '../generated/types.ts'
import {
  fromOldMetric,
  fromOldMetricStatus,
  type OldMetric,
  oldMetric,
  type OldMetricStatus,
  oldMetricStatus,
} from './autoscaler-metrics.ts'
import { present } from './present.ts'

type V2 = k8s.HorizontalPodAutoscaler
type V1 = k8s.AutoscalingHorizontalPodAutoscaler

const PREFIX = 'autoscaling.alpha.kubernetes.io/'
const METRICS = `${PREFIX}metrics`
const CURRENT_METRICS = `${PREFIX}current-metrics`
const CONDITIONS = `${PREFIX}conditions`
const BEHAVIOR = `${PREFIX}behavior`
const OWN = [METRICS, CURRENT_METRICS, CONDITIONS, BEHAVIOR]

/** autoscaling/v2 to autoscaling/v1. */
export function convertAutoscaler({ metadata, spec, status }: V2): V1 {
  const metrics = spec?.metrics ?? []
  const cpu = metrics.find(isCpuUtilization)
  const others = metrics.filter((metric) => metric !== cpu)
  const current = status?.currentMetrics ?? []
  const currentCpu = current.find(({ type, resource }) => type === 'Resource' && resource?.name === 'cpu')
  const annotations = present<Record<string, string>>({
    ...metadata.annotations,
    ...(others.length > 0 && { [METRICS]: JSON.stringify(others.map(oldMetric)) }),
    ...(current.length > 0 && { [CURRENT_METRICS]: JSON.stringify(current.map(oldMetricStatus)) }),
    ...(status?.conditions?.length && { [CONDITIONS]: JSON.stringify(status.conditions) }),
    ...(spec?.behavior && { [BEHAVIOR]: JSON.stringify(spec.behavior) }),
  })
  return present<V1>({
    apiVersion: 'autoscaling/v1',
    kind: 'HorizontalPodAutoscaler',
    metadata: Object.keys(annotations).length === 0 ? metadata : { ...metadata, annotations },
    spec: spec && {
      scaleTargetRef: spec.scaleTargetRef,
      ...(spec.minReplicas !== undefined && { minReplicas: spec.minReplicas }),
      maxReplicas: spec.maxReplicas,
      ...(cpu?.resource && { targetCPUUtilizationPercentage: cpu.resource.target.averageUtilization }),
    },
    status: status && {
      ...(status.observedGeneration !== undefined && { observedGeneration: status.observedGeneration }),
      ...(status.lastScaleTime !== undefined && { lastScaleTime: status.lastScaleTime }),
      currentReplicas: status.currentReplicas ?? 0,
      desiredReplicas: status.desiredReplicas,
      ...(currentCpu?.resource?.current.averageUtilization !== undefined && {
        currentCPUUtilizationPercentage: currentCpu.resource.current.averageUtilization,
      }),
    },
  })
}

/** autoscaling/v1 to autoscaling/v2. */
export function currentAutoscaler({ metadata, spec, status }: V1): V2 {
  const annotations = metadata.annotations ?? {}
  const target = spec?.targetCPUUtilizationPercentage
  const others = list(parsed<OldMetric[]>(annotations[METRICS]))
  const metrics = [...others.map(fromOldMetric), ...(target === undefined ? [] : [cpuUtilization(target)])]
  const behavior = parsed<k8s.HorizontalPodAutoscalerBehavior>(annotations[BEHAVIOR])
  const conditions = parsed<k8s.HorizontalPodAutoscalerCondition[]>(annotations[CONDITIONS])
  const currentMetrics = list(parsed<OldMetricStatus[]>(annotations[CURRENT_METRICS]))
  const kept = Object.fromEntries(Object.entries(annotations).filter(([key]) => !OWN.includes(key)))
  const { annotations: _annotations, ...rest } = metadata
  return present<V2>({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: Object.keys(kept).length === 0 ? rest : { ...rest, annotations: kept },
    spec: spec && {
      scaleTargetRef: spec.scaleTargetRef,
      ...(spec.minReplicas !== undefined && { minReplicas: spec.minReplicas }),
      maxReplicas: spec.maxReplicas,
      ...(metrics.length > 0 && { metrics }),
      ...(behavior && { behavior }),
    },
    status: status && {
      ...(status.observedGeneration !== undefined && { observedGeneration: status.observedGeneration }),
      ...(status.lastScaleTime !== undefined && { lastScaleTime: status.lastScaleTime }),
      currentReplicas: status.currentReplicas,
      desiredReplicas: status.desiredReplicas,
      ...(conditions && { conditions }),
      ...(currentMetrics.length > 0 && { currentMetrics: currentMetrics.map(fromOldMetricStatus) }),
    },
  })
}

const list = <T>(value: T[] | undefined): T[] => (Array.isArray(value) ? value : [])

const isCpuUtilization = ({ type, resource }: k8s.MetricSpec): boolean =>
  type === 'Resource' && resource?.name === 'cpu' && resource.target.averageUtilization !== undefined

const cpuUtilization = (averageUtilization: number): k8s.MetricSpec => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
})

/** What a client wrote into an annotation may be anything: what cannot be read counts as absent. */
function parsed<T>(text: string | undefined): T | undefined {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as T
  } catch {
    return undefined
  }
}
