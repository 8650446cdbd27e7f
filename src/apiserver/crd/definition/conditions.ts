/** Conditions, set as k8s.io/apiextensions-apiserver v0.34, pkg/apihelpers/helpers.go sets them. */
import { toKubernetesTime } from '../../../lib/index.ts'
import type { Condition } from './definition.ts'

/** A condition keeps the time of its last transition as long as its status stays. */
export function withCondition(
  conditions: readonly Condition[],
  wanted: Omit<Condition, 'lastTransitionTime'>,
  nowMs: number,
): Condition[] {
  const old = conditions.find(({ type }) => type === wanted.type)
  const since = old?.status === wanted.status ? old.lastTransitionTime : undefined
  const next: Condition = { lastTransitionTime: since ?? toKubernetesTime(nowMs), ...wanted }
  return old === undefined ? [...conditions, next] : conditions.map((one) => (one === old ? next : one))
}

export const withoutCondition = (conditions: readonly Condition[], type: string): Condition[] =>
  conditions.filter((condition) => condition.type !== type)
