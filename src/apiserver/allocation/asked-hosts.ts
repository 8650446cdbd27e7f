/** Which hosts an object asks for at Naru's gateway by what is written in it. What is for another one, installed beside it,
 *  asks for none: that one decides, as in any cluster. Pure. */
import {
  type App,
  apps,
  GATEWAY_CLASS,
  gatewayApi,
  isGatewayOf,
  isIngressOf,
  type k8s,
  type ObjectRef,
  qualifiedName,
  type Resource,
  resources,
} from '../../api/index.ts'
import type { AnyObject } from '../registry/any-object.ts'

export interface AskedHost {
  /** Lower-case; may begin with `*.`. */
  readonly host: string
  /** Where it is written. */
  readonly field: string
  /** Whether routes of other namespaces may be there: a Gateway that takes them lends its hosts. */
  readonly isLent: boolean
}

type Reader = (object: AnyObject) => AskedHost[]

const READERS: ReadonlyMap<string, Reader> = new Map(
  (
    [
      [apps, (object) => ofApp(object as unknown as App)],
      [gatewayApi.gateways, (object) => ofGateway(object as unknown as gatewayApi.Gateway)],
      [gatewayApi.httproutes, (object) => ofRoute(object as unknown as gatewayApi.HTTPRoute)],
      [resources.ingresses, (object) => ofIngress(object as unknown as k8s.Ingress)],
    ] satisfies [Resource, Reader][]
  ).map(([resource, reader]) => [qualifiedName(resource), reader]),
)

export const asksForHosts = (resource: Pick<Resource, 'group' | 'plural'>): boolean =>
  READERS.has(qualifiedName(resource))

export const askedHosts = (resource: Pick<Resource, 'group' | 'plural'>, object: AnyObject): AskedHost[] =>
  READERS.get(qualifiedName(resource))?.(object) ?? []

/** The Gateways that a route names; undefined for what names nothing that it is to be attached to. */
export function parentsOf(object: AnyObject): Required<ObjectRef>[] | undefined {
  const { parentRefs = [] } = (object as unknown as Partial<gatewayApi.HTTPRoute>).spec ?? {}
  if (parentRefs.length === 0) return undefined
  const { namespace: own = '' } = object.metadata
  return parentRefs
    .filter(({ kind = gatewayApi.gateways.kind }) => kind === gatewayApi.gateways.kind)
    .map(({ namespace = own, name }) => ({ namespace, name }))
}

/** Whom of the namespaces it takes, the Gateway's own controller decides. */
const LENDING: ReadonlySet<string> = new Set(['All', 'Selector'])

/** The host that an app has by its name is of its namespace by that name. */
const ofApp = ({ spec }: App): AskedHost[] => [
  ...asked(spec.hosts, (index) => `spec.hosts[${index}]`),
  ...asked(
    spec.routes?.map(({ host }) => host),
    (index) => `spec.routes[${index}].host`,
  ),
]

const ofGateway = (gateway: gatewayApi.Gateway): AskedHost[] =>
  (isGatewayOf(gateway, GATEWAY_CLASS) ? gateway.spec.listeners : []).flatMap(({ hostname, allowedRoutes }, index) =>
    asked([hostname], () => `spec.listeners[${index}].hostname`, LENDING.has(allowedRoutes?.namespaces?.from ?? '')),
  )

const ofRoute = ({ spec }: gatewayApi.HTTPRoute): AskedHost[] =>
  asked(spec.hostnames, (index) => `spec.hostnames[${index}]`)

const ofIngress = (ingress: k8s.Ingress): AskedHost[] =>
  asked(
    (isIngressOf(ingress, GATEWAY_CLASS) ? ingress.spec?.rules : undefined)?.map(({ host }) => host),
    (index) => `spec.rules[${index}].host`,
  )

function asked(
  hosts: readonly (string | undefined)[] = [],
  fieldOf: (index: number) => string,
  isLent = false,
): AskedHost[] {
  return hosts.flatMap((host, index) => (host ? [{ host: host.toLowerCase(), field: fieldOf(index), isLent }] : []))
}
