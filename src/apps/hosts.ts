/** Which host names lead to which app. A host belongs to the app that has claimed it longest. */
import { type App, keyOf } from '../api/index.ts'

const DOMAIN = 'localhost'
const DEFAULT_NAMESPACE = 'default'

/** The hosts the app asks for: its own, then those that only its routes name. */
export function wishedHosts(app: App): string[] {
  const routed = (app.spec.routes ?? []).flatMap(({ host }) => (host === undefined ? [] : [host.toLowerCase()]))
  return [...new Set([...mainHosts(app), ...routed])]
}

/** Those that lead to the app at every path. Names under `.localhost` need no DNS: RFC 6761 makes them this machine. */
export function mainHosts({ metadata, spec }: App): string[] {
  if (spec.hosts !== undefined && spec.hosts.length > 0)
    return [...new Set(spec.hosts.map((host) => host.toLowerCase()))]
  const { name, namespace = DEFAULT_NAMESPACE } = metadata
  return [namespace === DEFAULT_NAMESPACE ? `${name}.${DOMAIN}` : `${name}.${namespace}.${DOMAIN}`]
}

export interface HostClaims {
  /** Hosts that lead to the app. */
  granted: string[]
  /** Hosts that another app has, with the key of that app. */
  refused: { host: string; owner: string }[]
}

/** `claimants` gives all apps that ask for a host, the app itself among them. */
export function claimHosts(app: App, claimants: (host: string) => readonly App[]): HostClaims {
  const claims: HostClaims = { granted: [], refused: [] }
  for (const host of wishedHosts(app)) {
    const owner = [...claimants(host), app].toSorted(longerFirst)[0] ?? app
    if (keyOf(owner) === keyOf(app)) claims.granted.push(host)
    else claims.refused.push({ host, owner: keyOf(owner) })
  }
  return claims
}

function longerFirst(a: App, b: App): number {
  const created = ({ metadata }: App) => metadata.creationTimestamp ?? ''
  return created(a).localeCompare(created(b)) || (keyOf(a) < keyOf(b) ? -1 : 1)
}
