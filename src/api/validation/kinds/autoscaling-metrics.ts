/** What an autoscaler measures. Source: kubernetes v1.34, pkg/apis/autoscaling/validation (validateMetricSpec). */
import { dnsLabelProblems, pathSegmentProblems } from '../../formats/index.ts'
import type { MetricIdentifier, MetricSpec, MetricTarget } from '../../generated/types.ts'
import { compareQuantities } from '../../quantity/index.ts'
import { type FieldError, forbidden, invalidFormat, invalidValue, notSupported, required } from '../field-error.ts'
import { validateReference, type VersionCheck } from './cross-version-reference.ts'
import { validateContainerResourceName } from './resource-names.ts'

const SOURCES = ['object', 'external', 'pods', 'resource', 'containerResource'] as const
type Source = (typeof SOURCES)[number]
const TYPES = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource']
const TARGETS = ['Utilization', 'Value', 'AverageValue']

/** `check` is what is asked of the version of objects that a metric describes. */
export function validateMetric(metric: MetricSpec, at: string, check: VersionCheck): FieldError[] {
  const { type = '' } = metric as Partial<MetricSpec>
  const errors: FieldError[] = type ? [] : [required(`${at}.type`, 'must specify a metric source type')]
  const unknown = TYPES.includes(type) ? [] : [notSupported(`${at}.type`, type, TYPES)]
  errors.push(...unknown)
  const present = SOURCES.filter((source) => metric[source] !== undefined)
  const [first] = present
  if (metric.object !== undefined)
    errors.push(...validateReference(metric.object.describedObject ?? {}, `${at}.object.describedObject`, check))
  if (first !== undefined) errors.push(...validateSource(metric, first, `${at}.${first}`))
  const expected = SOURCES.find((source) => source.toLowerCase() === type.toLowerCase())
  if (expected !== undefined && metric[expected] === undefined)
    errors.push(required(`${at}.${expected}`, 'must populate information for the given metric source'))
  errors.push(...unknown)
  if (present.length === 1) return errors
  return [
    ...errors,
    ...present
      .filter((source) => source !== expected)
      .map((source) => forbidden(`${at}.${source}`, 'must populate the given metric source only')),
  ]
}

function validateSource(metric: MetricSpec, source: Source, at: string): FieldError[] {
  const target: Partial<MetricTarget> = metric[source]?.target ?? {}
  const errors: FieldError[] = []
  if (source === 'object' || source === 'external' || source === 'pods')
    errors.push(...validateIdentifier(metric[source]?.metric, `${at}.metric`))
  else if (!metric[source]?.name) errors.push(required(`${at}.name`, 'must specify a resource name'))
  else if (source === 'containerResource')
    errors.push(...validateContainerResourceName(metric[source].name, `${at}.name`))
  if (source === 'containerResource') errors.push(...validateContainer(metric.containerResource?.container, at))
  return [...errors, ...validateTarget(target, `${at}.target`), ...validateChoice(target, source, `${at}.target`)]
}

function validateIdentifier(metric: Partial<MetricIdentifier> | undefined, at: string): FieldError[] {
  const name = metric?.name
  return name
    ? invalidFormat(`${at}.name`, name, pathSegmentProblems(name))
    : [required(`${at}.name`, 'must specify a metric name')]
}

const validateContainer = (name: string | undefined, at: string): FieldError[] =>
  name
    ? invalidFormat(`${at}.container`, name, dnsLabelProblems(name))
    : [required(`${at}.container`, 'must specify a container')]

function validateTarget(
  { type = '', value, averageValue, averageUtilization: percent }: Partial<MetricTarget>,
  at: string,
) {
  const errors: FieldError[] = type === '' ? [required(`${at}.type`, 'must specify a metric target type')] : []
  if (!TARGETS.includes(type))
    errors.push(invalidValue(`${at}.type`, type, 'must be either Utilization, Value, or AverageValue'))
  for (const [field, amount] of Object.entries({ value, averageValue }))
    if (amount !== undefined && compareQuantities(amount, 0) <= 0)
      errors.push(invalidValue(`${at}.${field}`, amount, 'must be positive'))
  if (percent !== undefined && percent < 1)
    errors.push(invalidValue(`${at}.averageUtilization`, percent, 'must be greater than 0'))
  return errors
}

/** Which of the target's numbers a source needs, and which exclude each other. */
function validateChoice(target: Partial<MetricTarget>, source: Source, at: string): FieldError[] {
  const { value, averageValue, averageUtilization: percent } = target
  if (source === 'pods')
    return averageValue === undefined
      ? [required(`${at}.averageValue`, 'must specify a positive target averageValue')]
      : []
  if (source === 'object' || source === 'external') {
    const choice = source === 'object' ? 'value or averageValue' : 'value for metric or a per-pod target'
    if (value === undefined && averageValue === undefined)
      return [required(`${at}.averageValue`, `must set either a target ${choice}`)]
    const isBoth = source === 'external' && value !== undefined && averageValue !== undefined
    return isBoth ? [forbidden(`${at}.value`, 'may not set both a target value for metric and a per-pod target')] : []
  }
  if (percent === undefined && averageValue === undefined)
    return [required(`${at}.averageUtilization`, 'must set either a target raw value or a target utilization')]
  return percent !== undefined && averageValue !== undefined
    ? [forbidden(`${at}.averageValue`, 'may not set both a target raw value and a target utilization')]
    : []
}
