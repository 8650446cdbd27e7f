/** HTTPRoutes as matches of the table. Source: Gateway API v1.3, HTTPRouteRule, HTTPRouteMatch. */
import { APP_LABEL, gatewayApi, MAINTENANCE_MESSAGE } from '../../api/index.ts'
import { parseDuration } from '../duration.ts'
import type { Snapshot } from '../snapshot.ts'
import { resolveBackend } from './endpoints.ts'
import { compileFilters, isMaintenance, noFilters, unknownFilters, withPrefix } from './filters.ts'
import { mayRefer } from './reference-grants.ts'
import { compilePattern } from './safe-pattern.ts'
import type { Backend, Match, Rule, ValueMatch } from './table.ts'

/** The matches of one route, rule by rule. A match that cannot be compiled is left out: `routeProblems` names it. */
export function routeMatches(snapshot: Snapshot, route: gatewayApi.HTTPRoute): Match[] {
  return (route.spec.rules ?? []).flatMap((rule) => {
    const base = compileRule(snapshot, route, rule)
    return (rule.matches?.length ? rule.matches : [{}]).flatMap((match) => {
      const compiled = compileMatch(match, base)
      return compiled === undefined ? [] : [compiled]
    })
  })
}

/** Why parts of the route cannot be served, for its status. */
export function routeProblems(route: gatewayApi.HTTPRoute): string[] {
  return (route.spec.rules ?? []).flatMap((rule) => [
    ...unknownFilters(rule.filters).map((type) => `the filter ${type} is not supported`),
    ...(rule.matches ?? []).flatMap((match) =>
      patternsOf(match).flatMap((source) => {
        const compiled = compilePattern(source)
        return 'problem' in compiled ? [compiled.problem] : []
      }),
    ),
  ])
}

function patternsOf(match: gatewayApi.HTTPRouteMatch): string[] {
  const all = [match.path, ...(match.headers ?? []), ...(match.queryParams ?? [])]
  return all.flatMap((one) => (one?.type === 'RegularExpression' && one.value !== undefined ? [one.value] : []))
}

function compileRule(snapshot: Snapshot, route: gatewayApi.HTTPRoute, rule: gatewayApi.HTTPRouteRule): Rule {
  const { name, namespace = 'default', labels, annotations } = route.metadata
  const unknown = unknownFilters(rule.filters)
  const backends = (rule.backendRefs ?? [])
    .map((ref) =>
      unknown.length > 0
        ? broken(ref, `the filter ${unknown[0]} is not supported`)
        : compileBackend(snapshot, namespace, ref),
    )
    .filter((backend) => backend.weight > 0)
  return {
    app: labels?.[APP_LABEL] ?? name ?? '',
    source: `HTTPRoute ${namespace}/${name}`,
    namespace,
    backends,
    totalWeight: backends.reduce((sum, backend) => sum + backend.weight, 0),
    filters: compileFilters(rule.filters),
    maintenance: rule.filters?.some(isMaintenance) ? (annotations?.[MAINTENANCE_MESSAGE] ?? '') : undefined,
    requestTimeoutMs: parseDuration(rule.timeouts?.request),
    backendTimeoutMs: parseDuration(rule.timeouts?.backendRequest),
  }
}

function compileBackend(snapshot: Snapshot, namespace: string, ref: gatewayApi.HTTPBackendRef): Backend {
  const problem = referenceProblem(snapshot.grants, namespace, ref)
  if (problem !== undefined) return broken(ref, problem.message)
  const { name, port, weight = 1 } = ref
  return resolveBackend(snapshot, { namespace: ref.namespace ?? namespace, name, port, weight, filters: noFilters })
}

/** Why a route of the namespace may not refer to it, and the reason that its status gives. */
export function referenceProblem(
  grants: readonly gatewayApi.ReferenceGrant[],
  namespace: string,
  { kind = 'Service', group = '', name, namespace: theirs = namespace }: gatewayApi.HTTPBackendRef,
): { reason: string; message: string } | undefined {
  if (kind !== 'Service' || group !== '')
    return { reason: 'InvalidKind', message: `the backend ${kind} ${name} is not a Service` }
  const route = { group: gatewayApi.httproutes.group, kind: gatewayApi.httproutes.kind, namespace }
  if (mayRefer(grants, route, { kind, namespace: theirs, name })) return undefined
  const message = `no ReferenceGrant in ${theirs} lets HTTPRoutes of ${namespace} use the Service ${name}`
  return { reason: 'RefNotPermitted', message }
}

function broken(ref: gatewayApi.HTTPBackendRef, text: string): Backend {
  return {
    service: ref.name,
    weight: ref.weight ?? 1,
    endpoints: [],
    problem: { text, broken: true },
    filters: noFilters,
  }
}

function compileMatch(match: gatewayApi.HTTPRouteMatch, rule: Rule): Match | undefined {
  const { type = 'PathPrefix', value = '/' } = match.path ?? {}
  const headers = compileValues(match.headers, (name) => name.toLowerCase())
  const query = compileValues(match.queryParams, (name) => name)
  if (headers === undefined || query === undefined) return undefined
  const rest = { method: match.method, headers, query }
  if (type === 'RegularExpression') {
    const compiled = compilePattern(value)
    return 'problem' in compiled ? undefined : { ...rest, path: { type, pattern: compiled.pattern, value }, rule }
  }
  if (type === 'Exact') return { ...rest, path: { type, value }, rule }
  const prefix = value.replace(/\/$/, '')
  return { ...rest, path: { type, value: prefix }, rule: { ...rule, filters: withPrefix(rule.filters, prefix) } }
}

function compileValues(
  values: { type?: string | undefined; name: string; value: string }[] | undefined,
  spell: (name: string) => string,
): Match['headers'] | undefined {
  const result: { name: string; match: ValueMatch }[] = []
  for (const { type, name, value } of values ?? []) {
    const compiled = type === 'RegularExpression' ? compilePattern(value) : { exact: value }
    if ('problem' in compiled) return undefined
    // Of several conditions on one name the first counts (HTTPHeaderMatch).
    if (!result.some((other) => other.name === spell(name))) result.push({ name: spell(name), match: compiled })
  }
  return result
}
