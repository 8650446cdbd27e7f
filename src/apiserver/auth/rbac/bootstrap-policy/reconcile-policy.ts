/** What of a role or binding is missing, compared with what it should have. Nothing that someone added is taken away.
 *  Source: k8s.io/component-helpers v0.34, auth/rbac/reconciliation. */
import { isDeepStrictEqual } from 'node:util'
import type { k8s } from '../../../../api/index.ts'
import { uncoveredRules } from '../rule-covers.ts'
import { AUTO_UPDATE } from './policy.ts'

type AnyRole = k8s.ClusterRole | k8s.Role
type AnyBinding = k8s.ClusterRoleBinding | k8s.RoleBinding

/** The role as it should be; undefined when it is so already, or is not to be touched. */
export function reconciledRole<T extends AnyRole>(existing: T, expected: T): T | undefined {
  if (isProtected(existing)) return undefined
  const role: T = { ...existing, metadata: mergedMetadata(existing, expected) }
  const missing = uncoveredRules(existing.rules ?? [], expected.rules ?? [])
  if (missing.length > 0) role.rules = [...(existing.rules ?? []), ...missing]
  const aggregation = reconciledAggregation(existing, expected)
  if (aggregation === undefined) delete (role as k8s.ClusterRole).aggregationRule
  else (role as k8s.ClusterRole).aggregationRule = aggregation
  return isDeepStrictEqual(role, existing) ? undefined : role
}

function reconciledAggregation(existing: AnyRole, expected: AnyRole): k8s.AggregationRule | undefined {
  const wanted = (expected as k8s.ClusterRole).aggregationRule
  if (wanted === undefined) return undefined
  const present = (existing as k8s.ClusterRole).aggregationRule?.clusterRoleSelectors ?? []
  const missing = (wanted.clusterRoleSelectors ?? []).filter(
    (selector) => !present.some((own) => isDeepStrictEqual(own, selector)),
  )
  return { clusterRoleSelectors: [...present, ...missing] }
}

/** `recreate`: what a binding refers to cannot be changed. Undefined when nothing is to be done. */
export function reconciledBinding<T extends AnyBinding>(
  existing: T,
  expected: T,
): { binding: T; recreate: boolean } | undefined {
  if (isProtected(existing)) return undefined
  if (!isDeepStrictEqual({ ...existing.roleRef }, { ...expected.roleRef })) return { binding: expected, recreate: true }
  const binding: T = { ...existing, metadata: mergedMetadata(existing, expected) }
  const present = existing.subjects ?? []
  const missing = (expected.subjects ?? []).filter((subject) => !present.some((own) => isDeepStrictEqual(own, subject)))
  if (missing.length > 0) binding.subjects = [...present, ...missing]
  return isDeepStrictEqual(binding, existing) ? undefined : { binding, recreate: false }
}

const isProtected = ({ metadata }: AnyRole | AnyBinding) => metadata.annotations?.[AUTO_UPDATE] === 'false'

/** What the object has already wins. */
const mergedMetadata = (existing: AnyRole | AnyBinding, expected: AnyRole | AnyBinding): k8s.ObjectMeta => ({
  ...existing.metadata,
  labels: { ...expected.metadata.labels, ...existing.metadata.labels },
  annotations: { ...expected.metadata.annotations, ...existing.metadata.annotations },
})
