/** HorizontalPodAutoscalers of both versions. */
import type {
  AutoscalingHorizontalPodAutoscaler,
  HorizontalPodAutoscaler,
  HPAScalingRules,
} from '../generated/types.ts'
import { type DefaultFunctions, ifMissing } from './default-function.ts'

const CPU_PERCENT = 80
const PERIOD_SECONDS = 15
const DOUBLE = { type: 'Percent', value: 100, periodSeconds: PERIOD_SECONDS }
const FOUR_PODS = { type: 'Pods', value: 4, periodSeconds: PERIOD_SECONDS }

export const autoscalingDefaults: DefaultFunctions = {
  'io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler': ({ spec }: AutoscalingHorizontalPodAutoscaler) => {
    if (spec === undefined) return
    ifMissing(spec, 'minReplicas', 1)
    ifMissing(spec, 'targetCPUUtilizationPercentage', CPU_PERCENT)
  },
  'io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler': ({ spec }: HorizontalPodAutoscaler) => {
    if (spec === undefined) return
    ifMissing(spec, 'minReplicas', 1)
    if ((spec.metrics ?? []).length === 0)
      spec.metrics = [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: CPU_PERCENT } },
        },
      ]
    if (spec.behavior === undefined) return
    spec.behavior.scaleUp = withRules(spec.behavior.scaleUp, {
      stabilizationWindowSeconds: 0,
      selectPolicy: 'Max',
      policies: [{ ...FOUR_PODS }, { ...DOUBLE }],
    })
    spec.behavior.scaleDown = withRules(spec.behavior.scaleDown, { selectPolicy: 'Max', policies: [{ ...DOUBLE }] })
  },
}

const withRules = (given: HPAScalingRules | undefined, rules: HPAScalingRules): HPAScalingRules => ({
  ...rules,
  ...given,
})
