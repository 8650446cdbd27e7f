/** Writes what the gateway does with routes, gateways and ingresses into their status, when it changes. It needs the
 *  API, not the traffic, and so does not run where the traffic does. */
import { isDeepStrictEqual } from 'node:util'
import {
  GATEWAY_CLASS,
  gatewayApi,
  isIngressOf,
  type k8s,
  type KubeObject,
  keyOf,
  parseKey,
  type Resource,
  resources,
} from '../../api/index.ts'
import { type Client, openInformer, runController, source } from '../../client/index.ts'
import type { Clock, Logger } from '../../lib/index.ts'
import { TLS_SECRETS } from '../gateway.ts'
import { type Claimants, ingressHosts, rivals, servedHosts } from '../table/host-claims.ts'
import { TlsSecretReader } from '../table/read-tls-secret.ts'
import { toConditions } from './conditions.ts'
import { gatewayStatus } from './gateway-status.ts'
import { routeParents } from './route-status.ts'

export interface GatewayStatusOptions {
  readonly client: Client
  readonly clock: Clock
  readonly logger: Logger
  readonly signal: AbortSignal
  /** IP addresses or host names under which the gateway can be reached. */
  readonly addresses: readonly string[]
  /** Default `naru`. */
  readonly className?: string
  /** Default `naru.dev/gateway`. */
  readonly controllerName?: string
}

/** Resolves when `signal` has aborted and the writes in hand are done. */
export async function runGatewayStatus(options: GatewayStatusOptions): Promise<void> {
  const {
    client,
    clock,
    logger,
    signal,
    addresses,
    className = GATEWAY_CLASS,
    controllerName = 'naru.dev/gateway',
  } = options
  if (signal.aborted) return
  await using stack = new AsyncDisposableStack()
  const open: Open = async (resource, fieldSelector) =>
    stack.use(await openInformer(client, resource, { signal, logger, clock, ...(fieldSelector && { fieldSelector }) }))
  const opened = await openAll(open, signal)
  if (opened === undefined) return
  const { classes, gateways, routes, ingresses, services, secrets, grants, namespaces } = opened
  const labelsOf = (name: string) => namespaces.get({ name })?.metadata.labels
  const certificates = new TlsSecretReader()

  const claimants = (): Claimants => ({
    routes: routes.list(),
    ingresses: ingresses.list(),
    gateways: gateways.list(),
    className,
    labelsOf,
  })
  /** Those after one of the hosts, as well. */
  const routesAt = (hosts: Iterable<string>) => {
    const asked = new Set(hosts)
    return routes
      .list()
      .filter(({ spec }) => spec.hostnames?.some((host) => asked.has(host.toLowerCase())))
      .map((route) => `route ${keyOf(route)}`)
  }

  const reconcilers: Record<string, (key: string) => Promise<void>> = {
    async class(key) {
      const present = classes.get(parseKey(key))
      if (present?.spec.controllerName !== controllerName) return
      const accepted = { type: 'Accepted', status: 'True', reason: 'Accepted', message: 'served by naru' } as const
      const about = { generation: present.metadata.generation, nowMs: clock.now() }
      const conditions = toConditions([accepted], present.status?.conditions, about)
      await writeStatus(client, gatewayApi.gatewayclasses, present, { ...present.status, conditions })
    },
    async gateway(key) {
      const gateway = gateways.get(parseKey(key))
      if (gateway?.spec.gatewayClassName !== className) return
      const certificate = (secret: string) => {
        const present = secrets.get(parseKey(secret))
        return present && certificates.read(present)
      }
      const references = { certificate, grants: grants.list() }
      const observed = { gateway, routes: routes.list(), className, labelsOf, addresses, ...references }
      const wished = gatewayStatus({ ...observed, nowMs: clock.now() })
      await writeStatus(client, gatewayApi.gateways, gateway, wished)
    },
    async route(key) {
      const route = routes.get(parseKey(key))
      if (route === undefined) return
      const serviceExists = (namespace: string, name: string) => services.get({ namespace, name }) !== undefined
      const isServed = servedHosts(rivals(claimants(), route))
      const observed = { ...claimants(), route, grants: grants.list(), controllerName, serviceExists, isServed }
      const parents = routeParents({ ...observed, nowMs: clock.now() })
      if (parents.length === 0 && route.status === undefined) return
      await writeStatus(client, gatewayApi.httproutes, route, { parents })
    },
    async ingress(key) {
      const ingress = ingresses.get(parseKey(key))
      if (ingress === undefined || !isIngressOf(ingress, className)) return
      const ingressAddresses = addresses.map((value) => (/^[\d.:]+$/.test(value) ? { ip: value } : { hostname: value }))
      const loadBalancer = { ingress: ingressAddresses }
      await writeStatus(client, resources.ingresses, ingress, { ...ingress.status, loadBalancer })
    },
  }

  const gatewaysWithCertificates = () =>
    gateways
      .list()
      .filter(({ spec }) => spec.listeners.some(({ tls }) => tls?.certificateRefs !== undefined))
      .map((gateway) => `gateway ${keyOf(gateway)}`)
  const gatewaysThatSelect = () =>
    gateways
      .list()
      .filter(({ spec }) =>
        spec.listeners.some(({ allowedRoutes }) => allowedRoutes?.namespaces?.selector !== undefined),
      )
      .map((gateway) => `gateway ${keyOf(gateway)}`)
  const routesAcross = () =>
    routes
      .list()
      .filter(({ spec }) => spec.rules?.some(({ backendRefs }) => backendRefs?.some((ref) => ref.namespace)))
      .map((route) => `route ${keyOf(route)}`)
  const allRoutes = () => routes.list().map((route) => `route ${keyOf(route)}`)
  await runController({
    name: 'gateway-status',
    clock,
    logger,
    signal,
    sources: [
      source(classes, (object) => [`class ${keyOf(object)}`]),
      source(gateways, (object) => [`gateway ${keyOf(object)}`, ...allRoutes()]),
      source(routes, (object) => [
        `route ${keyOf(object)}`,
        ...routesAt(object.spec.hostnames?.map((host) => host.toLowerCase()) ?? []),
        ...gateways.list().map((gateway) => `gateway ${keyOf(gateway)}`),
      ]),
      source(services, ({ metadata }) =>
        routes
          .list()
          .filter((route) => refersTo(route, metadata))
          .map((route) => `route ${keyOf(route)}`),
      ),
      source(ingresses, (object) => [`ingress ${keyOf(object)}`, ...routesAt(ingressHosts(object))]),
      source(namespaces, ({ metadata: { name } }) => [
        ...gatewaysThatSelect(),
        ...routes.list(name).map((route) => `route ${keyOf(route)}`),
      ]),
      source(secrets, gatewaysWithCertificates),
      source(grants, () => [...gatewaysWithCertificates(), ...routesAcross()]),
    ],
    reconcile: async (key) => {
      const space = key.indexOf(' ')
      await reconcilers[key.slice(0, space)]?.(key.slice(space + 1))
    },
  })
}

type Open = <T extends KubeObject>(resource: Resource<T>, fieldSelector?: string) => ReturnType<typeof openInformer<T>>

async function openAll(open: Open, signal: AbortSignal) {
  try {
    const [classes, gateways, routes, ingresses, services, secrets, grants, namespaces] = await Promise.all([
      open(gatewayApi.gatewayclasses),
      open(gatewayApi.gateways),
      open(gatewayApi.httproutes),
      open(resources.ingresses),
      open(resources.services),
      open(resources.secrets, TLS_SECRETS),
      open(gatewayApi.referencegrants),
      open(resources.namespaces),
    ])
    return { classes, gateways, routes, ingresses, services, secrets, grants, namespaces }
  } catch (error) {
    if (signal.aborted) return undefined
    throw error
  }
}

function refersTo({ metadata, spec }: gatewayApi.HTTPRoute, service: k8s.ObjectMeta): boolean {
  const isMeant = ({ name, namespace = metadata.namespace }: gatewayApi.HTTPBackendRef) =>
    name === service.name && namespace === service.namespace
  return (spec.rules ?? []).some((rule) => rule.backendRefs?.some(isMeant))
}

/** Writes the status unless it is there already. A conflict is thrown; the next event brings the newer object. */
async function writeStatus<T extends KubeObject & { status?: unknown }>(
  client: Client,
  resource: Resource<T>,
  present: T,
  status: NonNullable<T['status']>,
): Promise<void> {
  const wished = JSON.parse(JSON.stringify(status)) as NonNullable<T['status']>
  if (isDeepStrictEqual(present.status, wished)) return
  await client.updateStatus(resource, { ...present, status: wished })
}
