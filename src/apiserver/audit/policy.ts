/** What is written to the audit log: the rules of a policy file (audit.k8s.io/v1 Policy).
 *  Source: k8s.io/apiserver v0.34, pkg/apis/audit and pkg/audit/policy/checker.go. */
import type { UserInfo } from '../../api/index.ts'
import type { Attributes } from '../auth/attributes.ts'

export const LEVELS = ['None', 'Metadata', 'Request', 'RequestResponse'] as const
export const STAGES = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'] as const

export type AuditLevel = (typeof LEVELS)[number]
export type AuditStage = (typeof STAGES)[number]

interface GroupResources {
  group?: string
  resources?: readonly string[]
  resourceNames?: readonly string[]
}

export interface AuditPolicyRule {
  level: AuditLevel
  users?: readonly string[]
  userGroups?: readonly string[]
  verbs?: readonly string[]
  resources?: readonly GroupResources[]
  namespaces?: readonly string[]
  nonResourceURLs?: readonly string[]
  omitStages?: readonly AuditStage[]
  omitManagedFields?: boolean
}

export interface AuditPolicy {
  rules: readonly AuditPolicyRule[]
  omitStages?: readonly AuditStage[]
  omitManagedFields?: boolean
}

/** What is noted of one request. */
export interface AuditChoice {
  level: AuditLevel
  omitStages: ReadonlySet<AuditStage>
  omitManagedFields: boolean
}

/** The first rule that fits decides; where none does, nothing is noted. */
export function chooseAudit(policy: AuditPolicy, user: UserInfo | undefined, attributes: Attributes): AuditChoice {
  const rule = policy.rules.find((candidate) => fits(candidate, user, attributes))
  return {
    level: rule?.level ?? 'None',
    omitStages: new Set([...(policy.omitStages ?? []), ...(rule?.omitStages ?? [])]),
    omitManagedFields: rule?.omitManagedFields ?? policy.omitManagedFields ?? false,
  }
}

/** A list that is absent or empty says nothing. */
const isAny = (list: readonly unknown[] | undefined): list is undefined => list === undefined || list.length === 0

function fits(rule: AuditPolicyRule, user: UserInfo | undefined, attributes: Attributes): boolean {
  const { users, userGroups, verbs, namespaces, resources, nonResourceURLs } = rule
  if (!isAny(users) && !users.includes(user?.name ?? '')) return false
  if (!isAny(userGroups) && !userGroups.some((group) => user?.groups.includes(group))) return false
  if (!isAny(verbs) && !verbs.includes(attributes.verb)) return false
  if (!isAny(namespaces) || !isAny(resources)) return fitsResource(rule, attributes)
  if (isAny(nonResourceURLs)) return true
  const { path } = attributes
  return path !== undefined && nonResourceURLs.some((pattern) => fitsPath(pattern, path))
}

function fitsResource({ namespaces, resources }: AuditPolicyRule, attributes: Attributes): boolean {
  if (attributes.resource === undefined) return false
  if (!isAny(namespaces) && !namespaces.includes(attributes.namespace ?? '')) return false
  if (isAny(resources)) return true
  const { group, resource, subresource } = attributes.resource
  const whole = subresource ? `${resource}/${subresource}` : resource
  const named = (pattern: string) =>
    pattern === whole ||
    pattern === '*' ||
    (subresource !== undefined && pattern === `*/${subresource}`) ||
    pattern === `${resource}/*`
  return resources.some((wanted) => {
    if ((wanted.group ?? '') !== group) return false
    if (isAny(wanted.resources)) return true
    if (!isAny(wanted.resourceNames) && !wanted.resourceNames.includes(attributes.name ?? '')) return false
    return wanted.resources.some(named)
  })
}

function fitsPath(pattern: string, path: string): boolean {
  return pattern === '*' || pattern === path || (pattern.endsWith('*') && path.startsWith(pattern.slice(0, -1)))
}
