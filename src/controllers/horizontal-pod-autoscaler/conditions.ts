/** Conditions of an autoscaler: always with the newest words, and the time at which the status changed.
 *  Source: Kubernetes v1.34, pkg/controller/podautoscaler/horizontal.go (setConditionInList). */
import type { k8s } from '../../api/index.ts'
import type { Verdict } from './normalize.ts'

export type ConditionType = 'AbleToScale' | 'ScalingActive' | 'ScalingLimited'
export type Conditions = readonly k8s.HorizontalPodAutoscalerCondition[]

export function setCondition(conditions: Conditions, type: ConditionType, verdict: Verdict, now: string): Conditions {
  const { status, reason, message } = verdict
  const old = conditions.find((condition) => condition.type === type)
  const lastTransitionTime = old?.status === status && old.lastTransitionTime ? old.lastTransitionTime : now
  const next = { type, status, reason, message, lastTransitionTime }
  return old === undefined ? [...conditions, next] : conditions.map((one) => (one === old ? next : one))
}
