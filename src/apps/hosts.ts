/** Which host names lead to which app. A host belongs to an app of the namespace that it is of by its name, else to the app
 *  that has it, else to the oldest one that asks for it. */
import { type App, HOST_DOMAIN, keyOf, namespaceOfHost } from '../api/index.ts'
import { tagHost } from './traffic/tag-host.ts'

const DEFAULT_NAMESPACE = 'default'

/** The hosts the app asks for: its own, then those that only its routes name. */
export function wishedHosts(app: App): string[] {
  const routed = (app.spec.routes ?? []).flatMap(({ host }) => (host === undefined ? [] : [host.toLowerCase()]))
  return [...new Set([...mainHosts(app), ...routed])]
}

/** Those that lead to the app at every path. */
export function mainHosts({ metadata, spec }: App): string[] {
  if (spec.hosts !== undefined && spec.hosts.length > 0)
    return [...new Set(spec.hosts.map((host) => host.toLowerCase()))]
  const { name, namespace = DEFAULT_NAMESPACE } = metadata
  return [namespace === DEFAULT_NAMESPACE ? `${name}.${HOST_DOMAIN}` : `${name}.${namespace}.${HOST_DOMAIN}`]
}

/** Those that lead to its tagged releases, which answer or shall. */
function wishedTagHosts(app: App): string[] {
  const shares = [...(app.spec.traffic ?? []), ...(app.status?.traffic ?? [])]
  return shares.flatMap(({ tag }) => (tag === undefined ? [] : mainHosts(app).map((host) => tagHost(tag, host))))
}

/** All of them. What the app asks for as its own comes first. */
export const askedHosts = (app: App): string[] => [...new Set([...wishedHosts(app), ...wishedTagHosts(app)])]

export interface HostClaims {
  /** Hosts that lead to the app. */
  granted: string[]
  /** Hosts that lead to its tagged releases. */
  tags: string[]
  /** Hosts that another app has, with the key of that app where it is of the same namespace: those of others do not tell. */
  refused: { host: string; owner: string | undefined; isTag: boolean }[]
}

export interface Claimants {
  /** All apps that ask for a host, the app itself among them. */
  of: (host: string) => readonly App[]
  /** Whether requests for the host are led to the app now. */
  has: (app: App, host: string) => boolean
}

export function claimHosts(app: App, claimants: Claimants): HostClaims {
  const claims: HostClaims = { granted: [], tags: [], refused: [] }
  const own = new Set(wishedHosts(app))
  for (const host of askedHosts(app)) {
    const isTag = !own.has(host)
    const owner = ownerOf(host, [...claimants.of(host), app], claimants)
    if (owner === undefined || keyOf(owner) === keyOf(app)) claims[isTag ? 'tags' : 'granted'].push(host)
    else {
      const isNear = owner.metadata.namespace === app.metadata.namespace
      claims.refused.push({ host, owner: isNear ? keyOf(owner) : undefined, isTag })
    }
  }
  return claims
}

/** What comes first counts most; false goes before true. */
function ownerOf(host: string, asking: readonly App[], { has }: Claimants): App | undefined {
  const namespace = namespaceOfHost(host)
  const rank = (app: App) => [app.metadata.namespace !== namespace, !has(app, host)].map(Number).join('')
  const created = ({ metadata }: App) => metadata.creationTimestamp ?? ''
  return asking.toSorted(
    (a, b) => rank(a).localeCompare(rank(b)) || created(a).localeCompare(created(b)) || (keyOf(a) < keyOf(b) ? -1 : 1),
  )[0]
}
