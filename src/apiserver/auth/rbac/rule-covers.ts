/** Whether rights cover others, and the description of those they do not.
 *  Source: k8s.io/component-helpers v0.34, auth/rbac/validation/policy_comparator.go; kubernetes v1.34,
 *  pkg/registry/rbac/validation/policy_compact.go and pkg/apis/rbac/v1/helpers.go (`CompactString`). */
import type { k8s } from '../../../api/index.ts'
import { urlCovers } from './rule-match.ts'

type Rule = k8s.PolicyRule
type List = readonly string[] | undefined

/** The parts of `wanted` that `held` does not cover, each with one verb on one resource or path. */
export function uncoveredRules(held: readonly Rule[], wanted: readonly Rule[]): Rule[] {
  return wanted.flatMap(singleRules).filter((rule) => !held.some((owned) => covers(owned, rule)))
}

/** An equal list of rules that have one verb, one group, one resource and at most one name, or one path. What is
 *  wanted has not been validated yet. */
function singleRules(rule: Partial<Rule>): Rule[] {
  const single: Rule[] = []
  const { verbs = [] } = rule
  for (const group of rule.apiGroups ?? [])
    for (const resource of rule.resources ?? [])
      for (const verb of verbs) {
        const one = { apiGroups: [group], resources: [resource], verbs: [verb] }
        if (!rule.resourceNames?.length) single.push(one)
        else for (const name of rule.resourceNames) single.push({ ...one, resourceNames: [name] })
      }
  for (const url of rule.nonResourceURLs ?? [])
    for (const verb of verbs) single.push({ nonResourceURLs: [url], verbs: [verb] })
  return single
}

function covers(owned: Rule, wanted: Rule): boolean {
  return (
    coversAll(owned.verbs, wanted.verbs) &&
    coversAll(owned.apiGroups, wanted.apiGroups) &&
    coversResources(owned.resources, wanted.resources) &&
    (wanted.nonResourceURLs ?? []).every((url) => owned.nonResourceURLs?.some((own) => urlCovers(own, url))) &&
    coversNames(owned.resourceNames, wanted.resourceNames)
  )
}

const has = (list: List, value: string) => list?.includes(value) ?? false
const coversAll = (owned: List, wanted: List) => has(owned, '*') || (wanted ?? []).every((value) => has(owned, value))

function coversResources(owned: List, wanted: List): boolean {
  if (coversAll(owned, wanted)) return true
  return (wanted ?? []).every((resource) => {
    const slash = resource.indexOf('/')
    return has(owned, resource) || (slash !== -1 && has(owned, `*${resource.slice(slash)}`))
  })
}

/** No names mean all of them. */
const coversNames = (owned: List, wanted: List) =>
  !owned?.length || (wanted !== undefined && wanted.length > 0 && wanted.every((name) => owned.includes(name)))

/** One line a rule, in order, verbs of the same resource together: what a refusal lists. */
export function describeRules(rules: readonly Rule[]): string {
  const lines = new Set(compactRules(rules).map(describeRule))
  return [...lines].sort().join('\n')
}

/** Rules on one resource of one group become one rule with all their verbs. */
export function compactRules(rules: readonly Rule[]): Rule[] {
  const compacted: Rule[] = []
  const simple = new Map<string, Rule>()
  for (const rule of rules) {
    const key = simpleKey(rule)
    const known = key === undefined ? undefined : simple.get(key)
    if (known !== undefined) known.verbs = [...known.verbs, ...rule.verbs]
    else if (key === undefined) compacted.push(rule)
    else simple.set(key, { ...rule })
  }
  return [...compacted, ...simple.values()]
}

function simpleKey({ apiGroups, resources, resourceNames = [], nonResourceURLs = [] }: Rule): string | undefined {
  if (apiGroups?.length !== 1 || resources?.length !== 1) return undefined
  if (resourceNames.length > 1 || nonResourceURLs.length > 0) return undefined
  return JSON.stringify([apiGroups[0], resources[0], ...resourceNames])
}

function describeRule(rule: Rule): string {
  const parts: [string, List][] = [
    ['APIGroups', rule.apiGroups],
    ['Resources', rule.resources],
    ['NonResourceURLs', rule.nonResourceURLs],
    ['ResourceNames', rule.resourceNames],
    ['Verbs', rule.verbs],
  ]
  const told = parts.filter(([, list]) => list?.length).map(([name, list]) => `${name}:${quotedList(list ?? [])}`)
  return `{${told.join(', ')}}`
}

/** As Go's `%q` prints a list of strings. */
export const quotedList = (list: readonly string[]): string =>
  `[${list.map((value) => JSON.stringify(value)).join(' ')}]`
