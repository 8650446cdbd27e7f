/** Which flow schema a request belongs to: the first, by precedence and then by name, that has a rule for it.
 *  Source: k8s.io/apiserver v0.34, pkg/util/flowcontrol (rule.go). */
import type { k8s, UserInfo } from '../../api/index.ts'
import type { Attributes } from '../auth/attributes.ts'

const ALL = '*'
const ACCOUNT_PREFIX = 'system:serviceaccount:'

export function byPrecedence(a: k8s.FlowSchema, b: k8s.FlowSchema): number {
  const difference = (a.spec?.matchingPrecedence ?? 0) - (b.spec?.matchingPrecedence ?? 0)
  return difference || (a.metadata.name < b.metadata.name ? -1 : 1)
}

export function matches(schema: k8s.FlowSchema, user: UserInfo, attributes: Attributes): boolean {
  const { resource } = attributes
  return (schema.spec?.rules ?? []).some(
    ({ subjects, resourceRules = [], nonResourceRules = [] }) =>
      subjects.some((subject) => isSubject(subject, user)) &&
      (resource === undefined
        ? nonResourceRules.some((rule) => matchesPath(rule, attributes))
        : resourceRules.some((rule) => matchesResource(rule, attributes, resource))),
  )
}

/** What tells the flows of a schema apart. */
export function distinguisherOf(schema: k8s.FlowSchema, user: UserInfo, attributes: Attributes): string {
  switch (schema.spec?.distinguisherMethod?.type) {
    case 'ByUser':
      return user.name
    case 'ByNamespace':
      return attributes.namespace ?? ''
    default:
      return ''
  }
}

function isSubject({ kind, user, group, serviceAccount }: k8s.Subject, who: UserInfo): boolean {
  switch (kind) {
    case 'User':
      return user?.name === ALL || user?.name === who.name
    case 'Group':
      return group?.name === ALL || who.groups.includes(group?.name ?? '')
    case 'ServiceAccount': {
      const prefix = `${ACCOUNT_PREFIX}${serviceAccount?.namespace}:`
      return serviceAccount?.name === ALL ? who.name.startsWith(prefix) : who.name === prefix + serviceAccount?.name
    }
    default:
      return false
  }
}

const has = (list: readonly string[] | undefined, value: string): boolean =>
  list !== undefined && (list.includes(ALL) || list.includes(value))

function matchesResource(
  rule: k8s.ResourcePolicyRule,
  { verb, namespace }: Attributes,
  { group, resource, subresource }: NonNullable<Attributes['resource']>,
): boolean {
  const name = subresource ? `${resource}/${subresource}` : resource
  return (
    has(rule.verbs, verb) &&
    has(rule.apiGroups, group) &&
    has(rule.resources, name) &&
    (namespace ? has(rule.namespaces, namespace) : rule.clusterScope === true)
  )
}

const matchesPath = (rule: k8s.NonResourcePolicyRule, { verb, path = '' }: Attributes): boolean =>
  has(rule.verbs, verb) &&
  rule.nonResourceURLs.some((url) =>
    url.endsWith(ALL) ? path.startsWith(url.slice(0, -1)) : path.replace(/\/$/, '') === url.replace(/\/$/, ''),
  )
