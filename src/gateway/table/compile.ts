/** From a snapshot of the API to the routing table. Pure. */
import { isIngressOf } from '../../api/index.ts'
import type { Snapshot } from '../snapshot.ts'
import { givenCertificates } from './certificates.ts'
import { byAge, routeHosts, servedHosts } from './host-claims.ts'
import { ingressMatches } from './ingress-rules.ts'
import { routeMatches } from './route-rules.ts'
import type { HostTable, Match, RoutingTable, Scheme } from './table.ts'

interface Ranked {
  readonly match: Match
  /** Place among all matches by age of the object, then name, then order within it. */
  readonly order: number
}

const SCHEMES = ['http', 'https'] as const

export function compileTable(snapshot: Snapshot): RoutingTable {
  const hosts = { http: new Map<string, Ranked[]>(), https: new Map<string, Ranked[]>() }
  let order = 0
  const put = (scheme: Scheme, host: string, match: Match) => {
    const ranked = hosts[scheme].get(host)
    if (ranked === undefined) hosts[scheme].set(host, [{ match, order }])
    else ranked.push({ match, order })
    order++
  }
  const isServed = servedHosts(snapshot)
  for (const route of [...snapshot.routes].sort(byAge)) {
    const { namespace } = route.metadata
    const matches = routeMatches(snapshot, route)
    for (const scheme of SCHEMES)
      for (const host of routeHosts(snapshot, route, scheme))
        if (isServed(host, namespace)) for (const match of matches) put(scheme, host, match)
  }
  for (const ingress of [...snapshot.ingresses].sort(byAge))
    if (isIngressOf(ingress, snapshot.className))
      for (const { host, match } of ingressMatches(snapshot, ingress))
        if (isServed(host, ingress.metadata.namespace)) for (const scheme of SCHEMES) put(scheme, host, match)
  const certificates = givenCertificates(snapshot, isServed)
  return { http: arrange(hosts.http), https: arrange(hosts.https), certificates }
}

function arrange(hosts: ReadonlyMap<string, Ranked[]>): HostTable {
  const exact = new Map<string, readonly Match[]>()
  const wildcard = new Map<string, readonly Match[]>()
  let any: readonly Match[] = []
  for (const [host, ranked] of hosts) {
    const matches = ranked.sort(byPrecedence).map(({ match }) => match)
    if (host === '*') any = matches
    else if (host.startsWith('*.')) wildcard.set(host.slice(1), matches)
    else exact.set(host, matches)
  }
  return { exact, wildcard, any }
}

const PATH_RANK = { Exact: 0, PathPrefix: 1, RegularExpression: 2 }

/** Exact path, longest prefix, method, most headers, most query parameters, oldest. Source: HTTPRouteRule.matches.
 *  Regular expressions, whose place the specification leaves open, come before prefixes they are as long as. */
function byPrecedence(a: Ranked, b: Ranked): number {
  const exactness = Number(b.match.path.type === 'Exact') - Number(a.match.path.type === 'Exact')
  return (
    exactness ||
    b.match.path.value.length - a.match.path.value.length ||
    PATH_RANK[b.match.path.type] - PATH_RANK[a.match.path.type] ||
    Number(b.match.method !== undefined) - Number(a.match.method !== undefined) ||
    b.match.headers.length - a.match.headers.length ||
    b.match.query.length - a.match.query.length ||
    a.order - b.order
  )
}
