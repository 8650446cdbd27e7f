/** HorizontalPodAutoscalers: fields of a feature that is off. Source: kubernetes v1.34,
 *  pkg/registry/autoscaling/horizontalpodautoscaler. */
import type { k8s } from '../../../api/index.ts'
import type { AnyObject } from '../any-object.ts'
import type { Strategy } from '../strategy.ts'

export const autoscalerStrategy: Strategy = {
  prepareForCreate: (object) => dropTolerance(object, undefined),
  prepareForUpdate: dropTolerance,
}

const rulesOf = (object: AnyObject | undefined): k8s.HPAScalingRules[] => {
  const { scaleUp, scaleDown } = (object?.spec as k8s.HorizontalPodAutoscalerSpec | undefined)?.behavior ?? {}
  return [scaleUp, scaleDown].filter((rules) => rules !== undefined)
}

/** The feature HPAConfigurableTolerance is off. */
function dropTolerance(object: AnyObject, old: AnyObject | undefined): void {
  if (rulesOf(old).some(({ tolerance }) => tolerance !== undefined)) return
  for (const rules of rulesOf(object)) delete rules.tolerance
}
