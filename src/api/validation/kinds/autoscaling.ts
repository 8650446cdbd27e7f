/** HorizontalPodAutoscalers, all of them as autoscaling/v2 has them. Source: kubernetes v1.34,
 *  pkg/apis/autoscaling/validation, pkg/registry/autoscaling/horizontalpodautoscaler. */
import { currentAutoscaler } from '../../conversion/index.ts'
import type {
  AutoscalingHorizontalPodAutoscaler,
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerSpec,
  MetricSpec,
} from '../../generated/types.ts'
import { type FieldError, forbidden, invalidValue } from '../field-error.ts'
import type { KindRules } from '../kind-rules.ts'
import { nonNegative } from '../numbers.ts'
import { validateScalingRules } from './autoscaling-behavior.ts'
import { validateMetric } from './autoscaling-metrics.ts'
import { apiVersionProblem, validateReference, type VersionCheck } from './cross-version-reference.ts'

type Autoscaler = HorizontalPodAutoscaler | AutoscalingHorizontalPodAutoscaler

export const horizontalPodAutoscalerRules: KindRules<Autoscaler> = {
  reportsMissing: true,
  validate: (object, old) => validateSpec(specOf(object), old && specOf(old)),
  validateStatusUpdate: ({ status }) =>
    (['currentReplicas', 'desiredReplicas'] as const).flatMap((field) =>
      nonNegative(status?.[field], `status.${field}`),
    ),
}

type Spec = Partial<HorizontalPodAutoscalerSpec>

const specOf = (object: Autoscaler): Spec => (isOld(object) ? currentAutoscaler(object) : object).spec ?? {}

const isOld = (object: Autoscaler): object is AutoscalingHorizontalPodAutoscaler =>
  object.apiVersion === 'autoscaling/v1'

function validateSpec(spec: Spec, old: Spec | undefined): FieldError[] {
  const { minReplicas: min, maxReplicas: max = 0, metrics = [], behavior } = spec
  const least = old?.minReplicas === 0 ? 0 : 1
  const errors: FieldError[] = []
  if (min !== undefined && min < least)
    errors.push(invalidValue('spec.minReplicas', min, `must be greater than or equal to ${least}`))
  if (max < 1) errors.push(invalidValue('spec.maxReplicas', max, 'must be greater than 0'))
  if (min !== undefined && max < min)
    errors.push(invalidValue('spec.maxReplicas', max, 'must be greater than or equal to `minReplicas`'))
  errors.push(...validateReference(spec.scaleTargetRef ?? {}, 'spec.scaleTargetRef', targetCheck(spec, old)))
  const check = describedCheck(old)
  metrics.forEach((metric, index) => errors.push(...validateMetric(metric, `spec.metrics[${index}]`, check)))
  if (min === 0 && !metrics.some(({ type }) => type === 'Object' || type === 'External')) {
    const why = 'must specify at least one Object or External metric to support scaling to zero replicas'
    errors.push(forbidden('spec.metrics', why))
  }
  for (const field of ['scaleUp', 'scaleDown'] as const)
    errors.push(...validateScalingRules(behavior?.[field], `spec.behavior.${field}`))
  return errors
}

/** What was accepted once may stay, and one kind that can be scaled has no group. */
function targetCheck({ scaleTargetRef: target }: Spec, old: Spec | undefined): VersionCheck {
  const before = old?.scaleTargetRef
  const isSame = before?.apiVersion === target?.apiVersion && before?.kind === target?.kind
  if (old !== undefined && isSame) return 'none'
  return target?.kind === 'ReplicationController' ? 'readable' : 'has a group'
}

function describedCheck(old: Spec | undefined): VersionCheck {
  const isWrong = ({ type, object }: MetricSpec) =>
    type === 'Object' && apiVersionProblem(object?.describedObject.apiVersion ?? '', 'readable') !== undefined
  return old?.metrics?.some(isWrong) === true ? 'none' : 'readable'
}
