import type { k8s, KubeObject } from '../../../api/index.ts'
import { AGE, count, integer, NAME, type Printer, text } from '../column.ts'
import { someOf } from '../words.ts'

const UNKNOWN = '<unknown>'

export const horizontalPodAutoscalerPrinter: Printer<k8s.HorizontalPodAutoscaler> = {
  columns: [
    NAME,
    text('Reference', ({ spec }) => `${spec?.scaleTargetRef?.kind ?? ''}/${spec?.scaleTargetRef?.name ?? ''}`),
    text('Targets', ({ spec, status }) => {
      const all = (spec?.metrics ?? []).map((metric, index) => metricText(metric, status?.currentMetrics?.[index]))
      return all.length === 0 ? '<none>' : someOf(all, 2, ', ')
    }),
    text('MinPods', ({ spec }) => String(spec?.minReplicas ?? '<unset>')),
    count('MaxPods', ({ spec }) => spec?.maxReplicas ?? 0),
    count('Replicas', ({ status }) => status?.currentReplicas ?? 0),
    AGE,
  ],
}

function metricText(metric: k8s.MetricSpec, current: k8s.MetricStatus | undefined): string {
  const { resource, containerResource, pods, object, external } = metric
  const named = resource ?? containerResource
  if (named !== undefined)
    return `${named.name}: ${amounts(named.target, (current?.resource ?? current?.containerResource)?.current)}`
  if (pods !== undefined) return amounts(pods.target, current?.pods?.current)
  const other = object ?? external
  if (other === undefined) return '<unknown type>'
  const text = amounts(other.target, (current?.object ?? current?.external)?.current)
  return other.target.averageValue === undefined ? text : `${text} (avg)`
}

function amounts(target: k8s.MetricTarget, current: k8s.MetricValueStatus | undefined): string {
  if (target.averageValue !== undefined) return `${current?.averageValue ?? UNKNOWN}/${target.averageValue}`
  if (target.value !== undefined) return `${current?.value ?? UNKNOWN}/${target.value}`
  const now = current?.averageUtilization
  const goal = target.averageUtilization === undefined ? '<auto>' : `${target.averageUtilization}%`
  return `${now === undefined ? UNKNOWN : `${now}%`}/${goal}`
}

export const oldHorizontalPodAutoscalerPrinter: Printer<k8s.AutoscalingHorizontalPodAutoscaler> = {
  columns: [
    NAME,
    text('Reference', ({ spec }) => `${spec?.scaleTargetRef?.kind ?? ''}/${spec?.scaleTargetRef?.name ?? ''}`),
    text('Targets', ({ spec, status }) => {
      const now = status?.currentCPUUtilizationPercentage
      return `cpu: ${now === undefined ? UNKNOWN : `${now}%`}/${spec?.targetCPUUtilizationPercentage ?? 80}%`
    }),
    text('MinPods', ({ spec }) => String(spec?.minReplicas ?? '<unset>')),
    count('MaxPods', ({ spec }) => spec?.maxReplicas ?? 0),
    count('Replicas', ({ status }) => status?.currentReplicas ?? 0),
    AGE,
  ],
}

/** The `scale` subresource of every kind that has one. */
export const scalePrinter: Printer<KubeObject & k8s.Scale> = {
  columns: [
    NAME,
    integer('Desired', ({ spec }) => spec?.replicas ?? 0),
    integer('Available', ({ status }) => status?.replicas ?? 0),
    AGE,
  ],
}
