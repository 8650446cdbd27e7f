/** Finds the rule for a request. Runs for every request: no allocation on the way to a plain match. */
import type { HostTable, Match, Rule, ValueMatch } from './table.ts'

export interface RequestKey {
  /** Lower-case, without port. */
  readonly host: string
  /** Without the query. */
  readonly path: string
  /** Without the question mark. */
  readonly query: string
  readonly method: string
  readonly headers: NodeJS.Dict<string | string[]>
}

/** `hostKnown` tells an unknown host from an unknown path. The most specific host wins, then the order of matches;
 *  where a host has no match for the request, less specific ones of the same namespace are asked: what has the host has all
 *  its paths. Source: Gateway API v1.3, HTTPRouteRule. */
export function findRule(table: HostTable, request: RequestKey): { rule: Rule | undefined; hostKnown: boolean } {
  const exact = table.exact.get(request.host)
  let namespace = exact?.[0]?.rule.namespace
  if (exact !== undefined) {
    const rule = firstMatch(exact, request)
    if (rule !== undefined) return { rule, hostKnown: true }
  }
  if (table.wildcard.size > 0) {
    for (let dot = request.host.indexOf('.'); dot > 0; dot = request.host.indexOf('.', dot + 1)) {
      const matches = table.wildcard.get(request.host.slice(dot))
      if (matches === undefined) continue
      namespace ??= matches[0]?.rule.namespace
      const rule = firstMatch(matches, request, namespace)
      if (rule !== undefined) return { rule, hostKnown: true }
    }
  }
  const hostKnown = namespace !== undefined || table.any.length > 0
  return { rule: firstMatch(table.any, request, namespace), hostKnown }
}

function firstMatch(matches: readonly Match[], request: RequestKey, namespace?: string): Rule | undefined {
  for (const match of matches)
    if ((namespace === undefined || match.rule.namespace === namespace) && isMatch(match, request)) return match.rule
  return undefined
}

function isMatch(match: Match, request: RequestKey): boolean {
  if (!pathMatches(match.path, request.path)) return false
  if (match.method !== undefined && match.method !== request.method) return false
  for (const { name, match: value } of match.headers) {
    const header = request.headers[name]
    if (header === undefined || !valueMatches(value, typeof header === 'string' ? header : header.join(',')))
      return false
  }
  if (match.query.length === 0) return true
  const query = new URLSearchParams(request.query)
  return match.query.every(({ name, match: value }) => {
    const first = query.get(name)
    return first !== null && valueMatches(value, first)
  })
}

function pathMatches(match: Match['path'], path: string): boolean {
  if (match.type === 'Exact') return path === match.value
  if (match.type === 'RegularExpression') return path.length <= LONGEST_FOR_PATTERN && match.pattern.test(path)
  const { value } = match
  // By whole segments: /abc is under /abc and /, not under /ab. `value` has no trailing slash ("" stands for "/").
  return path.startsWith(value) && (path.length === value.length || path.charCodeAt(value.length) === 0x2f)
}

/** Longer texts never match a pattern, so that none can hold up the process (see `safe-pattern.ts`). */
const LONGEST_FOR_PATTERN = 512

function valueMatches(match: ValueMatch, value: string): boolean {
  if ('exact' in match) return match.exact === value
  return value.length <= LONGEST_FOR_PATTERN && match.pattern.test(value)
}
