/** Whether a rule covers a request.
 *  Source: kubernetes v1.34, pkg/apis/rbac/v1/evaluation_helpers.go and plugin/pkg/auth/authorizer/rbac (`RuleAllows`). */
import type { k8s } from '../../../api/index.ts'
import type { Attributes } from '../attributes.ts'

const ALL = '*'

export function ruleAllows(rule: k8s.PolicyRule, attributes: Attributes): boolean {
  if (!hasOrAll(rule.verbs, attributes.verb)) return false
  const { resource } = attributes
  if (resource === undefined) return pathMatches(rule.nonResourceURLs, attributes.path ?? '')
  return (
    hasOrAll(rule.apiGroups, resource.group) &&
    resourceMatches(rule.resources, resource.resource, resource.subresource) &&
    nameMatches(rule.resourceNames, attributes.name)
  )
}

const hasOrAll = (list: readonly string[] | undefined, value: string) =>
  list !== undefined && (list.includes(value) || list.includes(ALL))

/** `pods` does not cover `pods/log`; `*` covers all, and a star before a slash that subresource of every resource. */
function resourceMatches(list: readonly string[] | undefined, resource: string, subresource?: string): boolean {
  if (list === undefined) return false
  if (!subresource) return list.includes(resource) || list.includes(ALL)
  return list.includes(ALL) || list.includes(`${resource}/${subresource}`) || list.includes(`*/${subresource}`)
}

const nameMatches = (names: readonly string[] | undefined, name = '') =>
  names === undefined || names.length === 0 || names.includes(name)

function pathMatches(urls: readonly string[] | undefined, path: string): boolean {
  return urls?.some((url) => url === ALL || urlCovers(url, path)) ?? false
}

/** Whether a path of a rule, that may end in `*`, covers another. */
export const urlCovers = (url: string, path: string): boolean =>
  url === path || (url.endsWith(ALL) && path.startsWith(withoutStars(url)))

function withoutStars(url: string): string {
  let end = url.length
  while (url[end - 1] === ALL) end -= 1
  return url.slice(0, end)
}
