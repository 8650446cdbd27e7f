/** HorizontalPodAutoscalers. Source: kubernetes v1.34, pkg/apis/autoscaling/validation. */
import type { HorizontalPodAutoscaler } from '../../generated/types.ts'
import { type FieldError, invalidValue, required } from '../field-error.ts'
import type { KindRules } from '../kind-rules.ts'
import { validateScalingRules } from './autoscaling-behavior.ts'
import { validateMetric } from './autoscaling-metrics.ts'

export const horizontalPodAutoscalerRules: KindRules<Pick<HorizontalPodAutoscaler, 'spec'>> = {
  validate: ({ spec }) => {
    if (spec === undefined) return []
    const { minReplicas: min = 1, maxReplicas: max, scaleTargetRef: target } = spec
    const errors: FieldError[] = []
    if (min < 1) errors.push(invalidValue('spec.minReplicas', min, 'must be greater than or equal to 1'))
    if (max < 1) errors.push(invalidValue('spec.maxReplicas', max, 'must be greater than 0'))
    if (max < min) errors.push(invalidValue('spec.maxReplicas', max, 'must be greater than or equal to `minReplicas`'))
    for (const field of ['kind', 'name'] as const)
      if (target !== undefined && !target[field]) errors.push(required(`spec.scaleTargetRef.${field}`))
    spec.metrics?.forEach((metric, index) => errors.push(...validateMetric(metric, `spec.metrics[${index}]`)))
    for (const field of ['scaleUp', 'scaleDown'] as const)
      errors.push(...validateScalingRules(spec.behavior?.[field], `spec.behavior.${field}`))
    return errors
  },
}
