/** Which routes and ingresses ask for which hosts, and who has them. A host is of one namespace: no other's routes are
 *  served there, at no path of it, so that nobody who shares a gateway can take or cut into another's host. Routes for any
 *  host are everybody's. The Gateway API leaves this to `allowedRoutes` of the listeners, which ours let in from all. */
import { type gatewayApi, type HostClaim, hostOwners, isIngressOf, type k8s, type KubeObject } from '../../api/index.ts'
import type { Snapshot } from '../snapshot.ts'
import { attach, type AttachedListener, parentGateway } from './attach.ts'
import type { Scheme } from './table.ts'

export type Claimants = Pick<Snapshot, 'routes' | 'ingresses' | 'gateways' | 'className' | 'labelsOf'>

type Gateways = Pick<Snapshot, 'gateways' | 'className' | 'labelsOf'>

/** The listeners of Gateways of ours that a route is attached to. */
export function* routeListeners(
  { gateways, className, labelsOf }: Gateways,
  route: gatewayApi.HTTPRoute,
): Generator<AttachedListener & { readonly gateway: gatewayApi.Gateway }> {
  for (const ref of route.spec.parentRefs ?? []) {
    const gateway = parentGateway(ref, route, gateways, className)
    if (gateway === undefined) continue
    const attachment = attach(route, ref, gateway, labelsOf)
    if (attachment.accepted) for (const attached of attachment.listeners) yield { ...attached, gateway }
  }
}

/** The hosts at which a route is attached to Gateways of ours, by one scheme or any; `*` means any. */
export function routeHosts(of: Gateways, route: gatewayApi.HTTPRoute, scheme?: Scheme): ReadonlySet<string> {
  const hosts = new Set<string>()
  for (const attached of routeListeners(of, route))
    if (scheme === undefined || attached.scheme === scheme) for (const host of attached.hosts) hosts.add(host)
  return hosts
}

/** Those that it names. */
export const ingressHosts = ({ spec: { rules = [] } }: k8s.Ingress): string[] =>
  rules.flatMap(({ host }) => (host === undefined || host === '' ? [] : [host.toLowerCase()]))

/** Whether an object of the namespace is served at the host. */
export type IsServed = (host: string, namespace: string | undefined) => boolean

export function servedHosts(claimants: Claimants): IsServed {
  const owners = hostOwners(claims(claimants))
  return (host, namespace) => host === '*' || owners.get(host) === namespace
}

/** What of them decides about the hosts of one route: itself, and who asks for one of these, too. */
export function rivals(claimants: Claimants, route: gatewayApi.HTTPRoute): Claimants {
  const hosts = routeHosts(claimants, route)
  const asks = (asked: Iterable<string>) => [...asked].some((host) => hosts.has(host))
  return {
    ...claimants,
    routes: claimants.routes.filter((other) => other === route || asks(routeHosts(claimants, other))),
    ingresses: claimants.ingresses.filter((ingress) => asks(ingressHosts(ingress))),
  }
}

/** Oldest object first. */
function* claims(claimants: Claimants): Iterable<HostClaim> {
  const asking: { object: KubeObject; hosts: Iterable<string> }[] = [
    ...claimants.routes.map((route) => ({ object: route, hosts: routeHosts(claimants, route) })),
    ...claimants.ingresses
      .filter((ingress) => isIngressOf(ingress, claimants.className))
      .map((ingress) => ({ object: ingress, hosts: ingressHosts(ingress) })),
  ]
  for (const { object, hosts } of asking.toSorted((a, b) => byAge(a.object, b.object)))
    for (const host of hosts) yield { host, namespace: object.metadata.namespace ?? '' }
}

/** Older first, then by name. */
export function byAge(a: KubeObject, b: KubeObject): number {
  const key = ({ metadata }: KubeObject) =>
    `${metadata.creationTimestamp ?? '9'} ${metadata.namespace}/${metadata.name}`
  return key(a) < key(b) ? -1 : 1
}
