/** Whether a rule of a webhook or an admission policy is about a request.
 *  Source: k8s.io/apiserver v0.34, pkg/admission/plugin/webhook/predicates/rules. */
import { type Resource, resources } from '../../../api/index.ts'
import type { Operation } from '../admission-request.ts'

/** RuleWithOperations, and NamedRuleWithOperations with its `resourceNames`. */
export interface Rule {
  operations?: readonly string[] | undefined
  apiGroups?: readonly string[] | undefined
  apiVersions?: readonly string[] | undefined
  /** `pods`, `pods/status`, `*`, `pods/*`. */
  resources?: readonly string[] | undefined
  scope?: string | undefined
  /** Empty: all. */
  resourceNames?: readonly string[] | undefined
}

/** What a rule looks at. */
export interface RuleSubject {
  operation: Operation
  resource: Pick<Resource, 'group' | 'version' | 'plural'>
  subresource: string
  namespace: string | undefined
  name: string
}

export function ruleMatches(rule: Rule, subject: RuleSubject): boolean {
  const { group, version } = subject.resource
  return (
    includes(rule.operations, subject.operation) &&
    includes(rule.apiGroups, group) &&
    includes(rule.apiVersions, version) &&
    (rule.resources ?? []).some((pattern) => resourceMatches(pattern, subject)) &&
    scopeMatches(rule.scope, subject) &&
    nameMatches(rule.resourceNames, subject.name)
  )
}

const includes = (items: readonly string[] | undefined, wanted: string) =>
  items !== undefined && (items.includes('*') || items.includes(wanted))

function resourceMatches(pattern: string, { resource, subresource }: RuleSubject): boolean {
  const slash = pattern.indexOf('/')
  const plural = slash === -1 ? pattern : pattern.slice(0, slash)
  const sub = slash === -1 ? '' : pattern.slice(slash + 1)
  return (plural === '*' || plural === resource.plural) && (sub === '*' || sub === subresource)
}

function scopeMatches(scope: string | undefined, { resource, namespace }: RuleSubject): boolean {
  if (scope === undefined || scope === '*') return true
  const { group, plural } = resources.namespaces
  const isNamespace = resource.plural === plural && resource.group === group
  const namespaced = !isNamespace && namespace !== undefined && namespace !== ''
  return scope === (namespaced ? 'Namespaced' : 'Cluster')
}

const nameMatches = (names: readonly string[] | undefined, name: string) =>
  names === undefined || names.length === 0 || names.includes(name)
