/** How objects of a resource count towards quotas: pods, claims and services have rules of their own, everything else
 *  is counted. Source: k8s.io/apiserver v0.34, pkg/quota/v1/generic. */
import type { PersistentVolumeClaim, Pod, ResourceQuota, Service } from '../generated/types.ts'
import type { KubeObject } from '../object.ts'
import { qualifiedName } from '../resource.ts'
import { claimUsage, isClaimQuota } from './claim-usage.ts'
import { countNames } from './names.ts'
import { isPodQuota, missingForQuota, podUsage } from './pod-usage.ts'
import { claimInScope, podInScope, type Scope, scopesOf } from './scopes.ts'
import { isServiceQuota, serviceUsage } from './service-usage.ts'

export interface QuotaEvaluator {
  /** Whether objects of the resource may be charged under this name. */
  charges(name: string): boolean
  usage(object: KubeObject, nowMs: number): Record<string, string>
  inScope(scope: Scope, object: KubeObject): boolean
  /** What an object that is charged under these names fails to say. */
  missing?(object: KubeObject, names: readonly string[]): string | undefined
}

const OWN: Readonly<Record<string, QuotaEvaluator>> = {
  pods: {
    charges: isPodQuota,
    usage: (object, nowMs) => podUsage(object as Pod, nowMs),
    inScope: (scope, object) => podInScope(scope, object as Pod),
    missing: (object, names) => missingForQuota(object as Pod, names),
  },
  persistentvolumeclaims: {
    charges: isClaimQuota,
    usage: (object) => claimUsage(object as PersistentVolumeClaim),
    inScope: (scope, object) => claimInScope(scope, object as PersistentVolumeClaim),
  },
  services: {
    charges: isServiceQuota,
    usage: (object) => serviceUsage(object as Service),
    inScope: () => false,
  },
}

export function quotaEvaluator(resource: { group: string; plural: string }): QuotaEvaluator {
  const own = qualifiedName(resource)
  if (Object.hasOwn(OWN, own) && OWN[own] !== undefined) return OWN[own]
  const names = countNames(resource)
  return {
    charges: (name) => names.includes(name),
    usage: () => Object.fromEntries(names.map((name) => [name, '1'])),
    inScope: () => false,
  }
}

/** Whether all scopes of the quota take the object in. */
export const inScopes = (quota: ResourceQuota, evaluator: QuotaEvaluator, object: KubeObject): boolean =>
  scopesOf(quota.spec ?? {}).every((scope) => evaluator.inScope(scope, object))
