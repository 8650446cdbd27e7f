/** Which namespace has a host when several ask for it. Pure. */
import { isApiError } from './status.ts'

/** The name that Naru's own hosts end in. Those under it need no DNS: RFC 6761 makes them this machine. */
export const HOST_DOMAIN = 'localhost'
const DEFAULT_NAMESPACE = 'default'

/** Of a condition, and the cause of a refusal: a namespace that is not told has the host. */
export const HOST_TAKEN = 'HostTaken'

/** Whether a write was refused because of a host. It is worth trying again: hosts become free. */
export const isHostTaken = (error: unknown): error is Error =>
  isApiError(error, 'Forbidden') && error.status.details?.causes?.some(({ reason }) => reason === HOST_TAKEN) === true

/** The namespace that a host is of by its name, as apps are named: `shop.team.localhost` of `team`, and so all that end
 *  in it; `shop.localhost` of `default`. Undefined for the names of the world. */
export function namespaceOfHost(host: string): string | undefined {
  const labels = host.toLowerCase().split('.')
  if (labels.length < 2 || labels.at(-1) !== HOST_DOMAIN) return undefined
  return labels.length === 2 ? DEFAULT_NAMESPACE : labels.at(-2)
}

/** Whether a name can be meant by both: they are the same, or one is under the other's `*.`. Both in lower case. */
export function hostsOverlap(one: string, other: string): boolean {
  return one === other || isUnder(one, other) || isUnder(other, one)
}

/** `*` stands for one label or more. Source: Gateway API v1.3, Hostname. */
const isUnder = (host: string, wildcard: string): boolean =>
  wildcard.startsWith('*.') && host.endsWith(wildcard.slice(1))

export interface HostClaim {
  /** Lower-case; may begin with `*.`. */
  host: string
  namespace: string
}

/** Of each host the namespace that has it: the one it is of by its name, else the first to ask. */
export function hostOwners(claims: Iterable<HostClaim>): ReadonlyMap<string, string> {
  const owners = new Map<string, string>()
  for (const { host, namespace } of claims)
    if (!owners.has(host) || namespaceOfHost(host) === namespace) owners.set(host, namespace)
  return owners
}
