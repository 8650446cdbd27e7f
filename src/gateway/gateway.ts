/** The gateway: follows the API, keeps the routing table, serves HTTP with it. It goes on with the last table it had
 *  for as long as the API is away. */
import type { Writable } from 'node:stream'
import {
  GATEWAY_CLASS,
  gatewayApi,
  type KubeObject,
  type k8s,
  keyOf,
  parseKey,
  type Resource,
  resources,
} from '../api/index.ts'
import type { HostAuthority } from '../certificates/index.ts'
import { type Client, type Informer, openInformer } from '../client/index.ts'
import type { Clock, Logger } from '../lib/index.ts'
import { openAccessLog } from './access-log.ts'
import { Proxy, type ProxyLimits } from './proxy/proxy.ts'
import { HostCertificates } from './proxy/secure/host-certificates.ts'
import { GatewayServer } from './proxy/server.ts'
import { Upstreams } from './proxy/upstreams.ts'
import { compileTable } from './table/compile.ts'
import { TlsSecretReader } from './table/read-tls-secret.ts'
import { TableSource } from './table-source.ts'

export interface GatewayOptions {
  readonly client: Client
  readonly logger: Logger
  readonly clock: Clock
  /** Gives up opening, and ends what follows the API; serving goes on until the gateway is disposed. */
  readonly signal?: AbortSignal
  /** Port 0 takes a free one. */
  readonly listen: { readonly host: string; readonly port: number }
  /** HTTPS, on a port of the same host. Left out: HTTP alone. */
  readonly secure?: { readonly port: number; readonly authority: HostAuthority } | undefined
  /** The address of this machine that connections to backends come from. Default: the system's choice. */
  readonly sourceAddress?: string | undefined
  readonly accessLog?: { readonly path: string; readonly maxBytes?: number } | Writable
  /** The GatewayClass and IngressClass served. Default `naru`. */
  readonly className?: string
  readonly limits?: Partial<ProxyLimits & { readonly bodyIdleMs: number; readonly drainMs: number }>
  /** For weighted backends. Default Math.random. */
  readonly random?: () => number
}

export interface Gateway extends AsyncDisposable {
  readonly host: string
  readonly port: number
  /** Of HTTPS; undefined: there is none. */
  readonly securePort: number | undefined
  /** Resolves when the table has been made from the API for the first time. */
  readonly synced: Promise<void>
}

const DEFAULTS = {
  holdMs: 5_000,
  connectTimeoutMs: 3_000,
  answerTimeoutMs: 300_000,
  maxResends: 3,
  maxUrlCharacters: 16 * 1024,
  bodyIdleMs: 120_000,
  drainMs: 10_000,
}

/** Of all Secrets the gateway holds only these. */
export const TLS_SECRETS = 'type=kubernetes.io/tls'

/** Resolves when the ports are open; requests that come before the first table is there are held. */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const { logger, clock } = options
  const limits = { ...DEFAULTS, ...options.limits }
  const stop = new AbortController()
  const following = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal
  await using stack = new AsyncDisposableStack()
  const accessLog = stack.use(await openAccessLog(options.accessLog, logger))
  const upstreams = new Upstreams({
    clock,
    random: options.random ?? Math.random,
    sourceAddress: options.sourceAddress,
  })
  stack.defer(() => upstreams.close())
  const tables = new TableSource()
  const proxy = new Proxy({ tables, upstreams, clock, limits, stop: stop.signal })
  const { bodyIdleMs, holdMs } = limits
  const secure = options.secure && {
    port: options.secure.port,
    certificates: new HostCertificates({
      tables,
      authority: options.secure.authority,
      clock,
      holdMs,
      stop: stop.signal,
    }),
  }
  const server = new GatewayServer({ proxy, clock, logger, accessLog, listen: options.listen, bodyIdleMs, secure })
  const address = await server.listen()
  stack.defer(() => server.close(limits.drainMs))
  const follow = openFollower(options, following, tables)
  const synced = follow.then(() => {})
  // Who stops before the API could be read need not have waited for it.
  synced.catch(() => {})
  stack.defer(async () => {
    stop.abort()
    await follow.then((follower) => follower[Symbol.asyncDispose]()).catch(() => {})
  })
  const opened = stack.move()
  return {
    ...address,
    synced,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** Keeps `tables` up to date. Changes of one turn of the event loop make one table. */
async function openFollower(
  options: GatewayOptions,
  signal: AbortSignal,
  tables: TableSource,
): Promise<AsyncDisposable> {
  const { client, logger, clock, className = GATEWAY_CLASS } = options
  await using stack = new AsyncDisposableStack()
  const open = async <T extends KubeObject>(resource: Resource<T>, fieldSelector?: string): Promise<Informer<T>> =>
    openInformer(client, resource, {
      signal,
      logger,
      clock,
      transform: dropManagedFields,
      ...(fieldSelector && { fieldSelector }),
    })
  const [gateways, routes, ingresses, services, slices, secrets, grants, namespaces] = await Promise.all([
    open(gatewayApi.gateways),
    open(gatewayApi.httproutes),
    open(resources.ingresses),
    open(resources.services),
    open(resources.endpointslices),
    open(resources.secrets, TLS_SECRETS),
    open(gatewayApi.referencegrants),
    open(resources.namespaces),
  ])
  const informers = [gateways, routes, ingresses, services, slices, secrets, grants, namespaces]
  for (const informer of informers) stack.use(informer)
  const certificates = new TlsSecretReader()
  const servicesByKey = services.index((service) => [keyOf(service)])
  const slicesByService = slices.index(serviceOf)
  let pending: NodeJS.Immediate | undefined
  const compile = () => {
    pending = undefined
    const snapshot = {
      gateways: gateways.list(),
      routes: routes.list(),
      ingresses: ingresses.list(),
      service: (key: string) => servicesByKey(key)[0],
      slices: slicesByService,
      certificate: (key: string) => {
        const secret = secrets.get(parseKey(key))
        return secret && certificates.read(secret)
      },
      grants: grants.list(),
      labelsOf: (name: string) => namespaces.get({ name })?.metadata.labels,
      className,
    }
    tables.set(compileTable(snapshot))
  }
  const schedule = () => {
    pending ??= setImmediate(compile)
  }
  for (const informer of informers) stack.defer(informer.onChange(schedule))
  stack.defer(() => clearImmediate(pending))
  compile()
  return stack.move()
}

function serviceOf(slice: k8s.EndpointSlice): string[] {
  const name = slice.metadata.labels?.['kubernetes.io/service-name']
  return name === undefined ? [] : [`${slice.metadata.namespace}/${name}`]
}

/** Nobody here reads them, and they are most of an object. */
function dropManagedFields({ metadata }: KubeObject): void {
  delete metadata.managedFields
}
