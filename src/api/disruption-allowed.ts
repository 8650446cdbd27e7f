/** The DisruptionAllowed condition of a PodDisruptionBudget, which the controller and the eviction subresource set. Pure.
 *  Source: k8s.io/component-helpers v0.34, apps/poddisruptionbudget, and meta.SetStatusCondition. */
import type * as k8s from './generated/types.ts'

const TYPE = 'DisruptionAllowed'

/** Why disruptions are allowed or not; `failure` says why nobody knows. */
export function withDisruptionAllowed(
  status: k8s.PodDisruptionBudgetStatus,
  { now, failure }: { now: string; failure?: string },
): k8s.PodDisruptionBudgetStatus {
  const conditions = status.conditions ?? []
  const old = conditions.find(({ type }) => type === TYPE)
  const wanted = failure === undefined ? verdict(status) : { status: 'False', reason: 'SyncFailed', message: failure }
  const next: k8s.Condition = {
    type: TYPE,
    message: '',
    ...wanted,
    observedGeneration: status.observedGeneration,
    lastTransitionTime: old?.status === wanted.status ? old.lastTransitionTime : now,
  }
  return {
    ...status,
    conditions: old === undefined ? [...conditions, next] : conditions.map((one) => (one === old ? next : one)),
  }
}

/** Whether the condition says what `disruptionsAllowed` does. */
export function tellsDisruptionAllowed(status: k8s.PodDisruptionBudgetStatus): boolean {
  const wanted = verdict(status)
  return (status.conditions ?? []).some(
    ({ type, status: told, reason }) => type === TYPE && told === wanted.status && reason === wanted.reason,
  )
}

function verdict({ disruptionsAllowed }: k8s.PodDisruptionBudgetStatus): { status: string; reason: string } {
  return disruptionsAllowed > 0
    ? { status: 'True', reason: 'SufficientPods' }
    : { status: 'False', reason: 'InsufficientPods' }
}
