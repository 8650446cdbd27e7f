/** Which namespace has a host when several ask for it. Pure. */

/** The name that Naru's own hosts end in. Those under it need no DNS: RFC 6761 makes them this machine. */
export const HOST_DOMAIN = 'localhost'
const DEFAULT_NAMESPACE = 'default'

/** The namespace that a host is of by its name, as apps are named: `shop.team.localhost` of `team`, and so all that end
 *  in it; `shop.localhost` of `default`. Undefined for the names of the world. */
export function namespaceOfHost(host: string): string | undefined {
  const labels = host.toLowerCase().split('.')
  if (labels.length < 2 || labels.at(-1) !== HOST_DOMAIN) return undefined
  return labels.length === 2 ? DEFAULT_NAMESPACE : labels.at(-2)
}

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
