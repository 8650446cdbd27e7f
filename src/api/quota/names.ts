/** How quotas name what they count. Source: k8s.io/apiserver v0.34, pkg/quota/v1/generic; kubernetes v1.34,
 *  pkg/quota/v1 (evaluator/core, install). */
import { qualifiedName } from '../resource.ts'

interface Kind {
  group: string
  plural: string
}

/** `count/deployments.apps`. */
export const countName = (resource: Kind): string => `count/${qualifiedName(resource)}`

/** Older names of some counts. */
const ALIASES: Readonly<Record<string, string>> = {
  configmaps: 'configmaps',
  resourcequotas: 'resourcequotas',
  replicationcontrollers: 'replicationcontrollers',
  secrets: 'secrets',
}

/** The names that count plain objects of the resource. */
export function countNames(resource: Kind): string[] {
  const name = qualifiedName(resource)
  return [countName(resource), ...(Object.hasOwn(ALIASES, name) ? [ALIASES[name] ?? ''] : [])]
}

/** What is not stored, and what was never counted. */
const IGNORED = new Set([
  'bindings',
  'componentstatuses',
  'events',
  'events.events.k8s.io',
  'tokenreviews.authentication.k8s.io',
  'selfsubjectreviews.authentication.k8s.io',
  'subjectaccessreviews.authorization.k8s.io',
  'selfsubjectaccessreviews.authorization.k8s.io',
  'localsubjectaccessreviews.authorization.k8s.io',
  'selfsubjectrulesreviews.authorization.k8s.io',
])

export const isQuotaIgnored = (resource: Kind): boolean => IGNORED.has(qualifiedName(resource))
