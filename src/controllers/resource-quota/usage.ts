/** What a quota's status should be, from the objects there are. Pure.
 *  Source: kubernetes v1.34, pkg/controller/resourcequota (syncResourceQuota). */
import {
  addLists,
  compareQuantities,
  type k8s,
  type KubeObject,
  listsEqual,
  maskList,
  type Resource,
} from '../../api/index.ts'
import { inScopes, quotaEvaluator } from '../../api/machinery.ts'

export interface Counted {
  resource: Resource
  /** All of the quota's namespace. */
  objects: readonly KubeObject[]
}

/** `counted` holds the resources that the quota names, as far as they are served. */
export function statusOf(
  quota: k8s.ResourceQuota,
  counted: readonly Counted[],
  nowMs: number,
): k8s.ResourceQuotaStatus {
  const hard = quota.spec?.hard ?? {}
  let used: Record<string, string> = maskList(quota.status?.used ?? {}, Object.keys(hard))
  for (const { resource, objects } of counted) {
    const evaluator = quotaEvaluator(resource)
    const names = Object.keys(hard).filter((name) => evaluator.charges(name))
    let usage = Object.fromEntries(names.map((name) => [name, '0']))
    for (const object of objects)
      if (inScopes(quota, evaluator, object)) usage = addLists(usage, maskList(evaluator.usage(object, nowMs), names))
    used = { ...used, ...usage }
  }
  return { hard, used }
}

export const sameStatus = (a: k8s.ResourceQuotaStatus | undefined, b: k8s.ResourceQuotaStatus): boolean =>
  a?.hard !== undefined && a.used !== undefined && listsEqual(a.hard, b.hard ?? {}) && listsEqual(a.used, b.used ?? {})

/** Whether anything is given back: what admission has just charged may not be there to be counted yet. */
export const isLess = (next: k8s.ResourceQuotaStatus, current: k8s.ResourceQuotaStatus | undefined): boolean =>
  Object.entries(next.used ?? {}).some(([name, amount]) => compareQuantities(amount, current?.used?.[name] ?? 0) < 0)

/** Whether the status was made for another spec, or not at all. */
export const isOutdated = ({ spec, status }: k8s.ResourceQuota): boolean =>
  status?.hard === undefined || status.used === undefined || !listsEqual(spec?.hard ?? {}, status.hard)
