/** The cluster's DNS server. Runs in the edge process: it follows the API and answers from the last known state while
 *  the API is away. */
import { networkInterfaces } from 'node:os'
import type { Client } from '../../client/index.ts'
import type { Clock, Logger } from '../../lib/index.ts'
import { parseCidr } from '../host/cidr.ts'
import { type ClusterView, openClusterView } from './cluster-view.ts'
import { type DnsSettings, parseDnsSettings, upstreamsFor } from './dns-config-map.ts'
import { createForwarder } from './forwarder.ts'
import { type ListenAddress, openListener } from './listeners.ts'
import { ReplyCache } from './reply-cache.ts'
import { followResolvConf, type Upstream } from './resolv-conf.ts'
import { createResolver } from './resolver.ts'

export interface DnsServerOptions {
  clock: Clock
  logger: Logger
  /** Where to listen, over UDP and TCP: the bridge's address. Port 0 takes a free one. */
  listen: readonly ListenAddress[]
  /** Default `cluster.local`. */
  clusterDomain?: string
  /** Ranges whose reverse names are the cluster's own. Default 10.244.0.0/24 and 10.96.0.0/16. */
  ownCidrs?: readonly string[]
  /** Where to send what is not the cluster's. Default: the name servers of /etc/resolv.conf, followed. */
  upstreams?: readonly Upstream[]
  /** Further addresses that lead back to this server, such as the ClusterIP of `kube-dns`. */
  selfAddresses?: readonly string[]
}

export interface DnsServer extends AsyncDisposable {
  /** The addresses listened on, with the ports taken. */
  readonly listening: readonly ListenAddress[]
}

/** Waits for the first lists of the API (until `signal` aborts), then listens. Throws the system's error when an
 *  address cannot be listened on. */
export async function openDnsServer(
  options: DnsServerOptions & { client: Client; signal?: AbortSignal },
): Promise<DnsServer> {
  const { client, clock, logger } = options
  await using opening = new AsyncDisposableStack()
  const stop = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal
  const view = opening.use(await openClusterView({ client, clock, logger: logger.child({ component: 'dns' }), signal }))
  opening.defer(() => stop.abort())
  const { listening } = opening.use(await serveDns({ ...options, view }))
  const stack = opening.move()
  return { listening, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

/** The server alone, over any view of a cluster. */
export async function serveDns(options: DnsServerOptions & { view: ClusterView }): Promise<DnsServer> {
  const { clock, view } = options
  const isOwn = ownAddressTest(options)
  const ofHost = followResolvConf('/etc/resolv.conf', clock, isOwn)
  const settings = followSettings(view)
  const resolver = createResolver({
    zone: {
      domain: (options.clusterDomain ?? 'cluster.local').toLowerCase().replace(/\.$/, ''),
      view,
      ownCidrs: (options.ownCidrs ?? ['10.244.0.0/24', '10.96.0.0/16']).map(parseCidr),
    },
    forwarder: createForwarder(async (name) => {
      const own = upstreamsFor(settings(), name)?.filter((upstream) => !isOwn(upstream))
      return own ?? options.upstreams ?? (await ofHost(name))
    }),
    cache: new ReplyCache(clock),
  })
  await using opening = new AsyncDisposableStack()
  const listening: ListenAddress[] = []
  for (const wanted of options.listen) {
    const { address, port } = opening.use(await openListener(wanted, resolver))
    listening.push({ address, port })
  }
  const stack = opening.move()
  return { listening, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

/** Reads the ConfigMap again when it has changed. */
function followSettings(view: ClusterView): () => DnsSettings {
  let version: string | undefined
  let settings = parseDnsSettings()
  return () => {
    const configMap = view.dnsConfigMap()
    if (configMap?.metadata.resourceVersion !== version) settings = parseDnsSettings(configMap?.data)
    version = configMap?.metadata.resourceVersion
    return settings
  }
}

/** An upstream that is ourselves: a listed address, or any address of this machine when we listen on all of them. */
function ownAddressTest({ listen, selfAddresses = [] }: DnsServerOptions): (upstream: Upstream) => boolean {
  const named = new Set([...listen.map(({ address }) => address), ...selfAddresses])
  const isEverywhere = named.has('0.0.0.0') || named.has('::')
  return ({ address }) =>
    named.has(address) ||
    (isEverywhere &&
      Object.values(networkInterfaces())
        .flatMap((addresses) => addresses ?? [])
        .some((own) => own.address === address))
}
