/** Conditions as Kubernetes' controllers keep them: one per type, rewritten only when status or reason changes, with
 *  the transition time moving only when the status does. Source: deployment/util and replicaset utils, v1.34. */

export interface ConditionLike {
  type: string
  status: string
  reason?: string | undefined
  message?: string | undefined
  lastTransitionTime?: string | undefined
}

export function findCondition<C extends ConditionLike>(
  conditions: readonly C[] | undefined,
  type: string,
): C | undefined {
  return conditions?.find((condition) => condition.type === type)
}

export function withoutCondition<C extends ConditionLike>(conditions: readonly C[] | undefined, type: string): C[] {
  return (conditions ?? []).filter((condition) => condition.type !== type)
}

/** `conditions` with `next` in place of its type's present one, unless that already has its status and reason. */
export function withCondition<C extends ConditionLike>(conditions: readonly C[] | undefined, next: C): C[] {
  const present = findCondition(conditions, next.type)
  if (present?.status === next.status && present.reason === next.reason) return [...(conditions ?? [])]
  const kept = present?.status === next.status && present.lastTransitionTime !== undefined
  return [
    ...withoutCondition(conditions, next.type),
    kept ? { ...next, lastTransitionTime: present.lastTransitionTime } : next,
  ]
}
