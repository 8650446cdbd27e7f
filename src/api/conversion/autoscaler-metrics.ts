/** Metrics as the annotations of autoscaling/v1 spell them. Source: k8s.io/api v0.34, autoscaling/v1 (MetricSpec,
 *  MetricStatus). */
import type * as k8s from '../generated/types.ts'
import { present } from './present.ts'

type Quantity = string | number

interface OldSource {
  name?: string
  container?: string
  target?: k8s.CrossVersionObjectReference
  metricName?: string
  selector?: k8s.LabelSelector
  metricSelector?: k8s.LabelSelector
  targetValue?: Quantity
  averageValue?: Quantity
  targetAverageValue?: Quantity
  targetAverageUtilization?: number
}

export interface OldMetric {
  type: string
  object?: OldSource
  pods?: OldSource
  resource?: OldSource
  containerResource?: OldSource
  external?: OldSource
}

export function oldMetric({ type, object, pods, resource, containerResource, external }: k8s.MetricSpec): OldMetric {
  const average = (target: k8s.MetricTarget): OldSource =>
    present<Pick<OldSource, 'targetAverageUtilization' | 'targetAverageValue'>>({
      targetAverageUtilization: target.averageUtilization,
      targetAverageValue: target.averageValue,
    })
  return present<OldMetric>({
    type,
    object:
      object &&
      present<OldSource>({
        target: object.describedObject,
        metricName: object.metric.name,
        selector: object.metric.selector,
        targetValue: object.target.value ?? '0',
        averageValue: object.target.averageValue,
      }),
    pods:
      pods &&
      present<OldSource>({
        metricName: pods.metric.name,
        selector: pods.metric.selector,
        targetAverageValue: pods.target.averageValue ?? '0',
      }),
    resource: resource && { name: resource.name, ...average(resource.target) },
    containerResource: containerResource && {
      name: containerResource.name,
      container: containerResource.container,
      ...average(containerResource.target),
    },
    external:
      external &&
      present<OldSource>({
        metricName: external.metric.name,
        metricSelector: external.metric.selector,
        targetValue: external.target.value,
        targetAverageValue: external.target.averageValue,
      }),
  })
}

export function fromOldMetric(metric: OldMetric): k8s.MetricSpec {
  const { type, object, pods, resource, containerResource, external } = metric
  return present<k8s.MetricSpec>({
    type,
    object: object && {
      describedObject: object.target ?? { kind: '', name: '' },
      metric: identifier(object.metricName, object.selector),
      target: targetOf(
        object.averageValue === undefined ? { value: object.targetValue } : { averageValue: object.averageValue },
      ),
    },
    pods: pods && {
      metric: identifier(pods.metricName, pods.selector),
      target: targetOf({ averageValue: pods.targetAverageValue }),
    },
    resource: resource && { name: resource.name ?? '', target: targetOf(averages(resource)) },
    containerResource: containerResource && {
      name: containerResource.name ?? '',
      container: containerResource.container ?? '',
      target: targetOf(averages(containerResource)),
    },
    external: external && {
      metric: identifier(external.metricName, external.metricSelector),
      target: targetOf({ value: external.targetValue, averageValue: external.targetAverageValue }),
    },
  })
}

/** What a metric is now, as the annotation of the status spells it. */
interface OldCurrent extends Pick<OldSource, 'name' | 'container' | 'target' | 'metricName'> {
  currentAverageUtilization?: number
  currentAverageValue?: Quantity
  currentValue?: Quantity
}

export type OldMetricStatus = { type: string } & Partial<Record<keyof Omit<OldMetric, 'type'>, OldCurrent>>

export function oldMetricStatus(status: k8s.MetricStatus): OldMetricStatus {
  const current = ({ averageUtilization, averageValue, value }: k8s.MetricValueStatus) =>
    present<Pick<OldCurrent, 'currentAverageUtilization' | 'currentAverageValue' | 'currentValue'>>({
      currentAverageUtilization: averageUtilization,
      currentAverageValue: averageValue,
      currentValue: value,
    })
  const { type, object, pods, resource, containerResource, external } = status
  return present<OldMetricStatus>({
    type,
    object: object && {
      target: object.describedObject,
      metricName: object.metric.name,
      ...current(object.current),
    },
    pods: pods && { metricName: pods.metric.name, ...current(pods.current) },
    resource: resource && { name: resource.name, ...current(resource.current) },
    containerResource: containerResource && {
      name: containerResource.name,
      container: containerResource.container,
      ...current(containerResource.current),
    },
    external: external && { metricName: external.metric.name, ...current(external.current) },
  })
}

export function fromOldMetricStatus(status: OldMetricStatus): k8s.MetricStatus {
  const current = (old: OldCurrent) =>
    present<k8s.MetricValueStatus>({
      averageUtilization: old.currentAverageUtilization,
      averageValue: old.currentAverageValue,
      value: old.currentValue,
    })
  const { type, object, pods, resource, containerResource, external } = status
  const metric = (old: OldCurrent) => identifier(old.metricName, undefined)
  return present<k8s.MetricStatus>({
    type,
    object: object && {
      describedObject: object.target ?? { kind: '', name: '' },
      metric: metric(object),
      current: current(object),
    },
    pods: pods && { metric: metric(pods), current: current(pods) },
    resource: resource && { name: resource.name ?? '', current: current(resource) },
    containerResource: containerResource && {
      name: containerResource.name ?? '',
      container: containerResource.container ?? '',
      current: current(containerResource),
    },
    external: external && { metric: metric(external), current: current(external) },
  })
}

const averages = ({ targetAverageUtilization, targetAverageValue }: OldSource) => ({
  averageUtilization: targetAverageUtilization,
  averageValue: targetAverageValue,
})

const identifier = (name: string | undefined, selector: k8s.LabelSelector | undefined): k8s.MetricIdentifier => ({
  name: name ?? '',
  ...(selector && { selector }),
})

function targetOf(values: Partial<Record<'value' | 'averageValue' | 'averageUtilization', unknown>>): k8s.MetricTarget {
  const type =
    values.averageUtilization !== undefined
      ? 'Utilization'
      : values.averageValue !== undefined
        ? 'AverageValue'
        : 'Value'
  return present<k8s.MetricTarget>({ type, ...(values as Omit<k8s.MetricTarget, 'type'>) })
}
