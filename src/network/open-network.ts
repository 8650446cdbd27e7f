/** The pod network of this machine: kernel settings, bridge, CNI configuration, the Service proxy and NetworkPolicies.
 *  Needs root. */
import { join } from 'node:path'
import type { Client } from '../client/index.ts'
import { findCniPlugins } from '../host/index.ts'
import { type Clock, errorMessage, type Logger, superviseLoops } from '../lib/index.ts'
import { ensureBridge } from './host/bridge.ts'
import { addressAt, gatewayAddressOf, parseCidr } from './host/cidr.ts'
import { cniConfList, writeCniConf } from './host/cni.ts'
import { readLeases } from './host/cni-records.ts'
import { forgetForwarded, keepForwarding } from './host/forwarding.ts'
import { type SandboxNetworks, sandboxNetworks } from './host/sandbox-networks.ts'
import { applySysctls, setInterfaceSysctl } from './host/sysctls.ts'
import { HeldPorts } from './load-balancer/held-ports.ts'
import { runLoadBalancers } from './load-balancer/run-load-balancers.ts'
import { deleteTable } from './nft/nft.ts'
import { dropIpv6, forgetIpv6 } from './policy/drop-ipv6.ts'
import { runNetworkPolicies } from './policy/run-network-policies.ts'
import { runServiceProxy } from './proxy/run-service-proxy.ts'

/** Where the network keeps its things; what a purge needs to know. */
export interface NetworkPlace {
  /** The bridge's name, at most 15 bytes. Default `naru0`. */
  bridge?: string
  /** The CNI network's name. Default: the bridge's. */
  networkName?: string
  /** The nftables table of Services (family ip); that of NetworkPolicies has `_policy` behind. Default `naru`. */
  tableName?: string
  /** Ours alone: former kernel settings, address leases. */
  stateDir: string
  /** The directory containerd reads CNI configurations from. Default `<stateDir>/net.d`. */
  cniConfDir?: string
  /** Where the runtime mounts pods' network namespaces, and nobody else's. Left out: unknown, and then what a pod has of
   *  the network is known by the address alone. */
  netnsDir?: string
}

export interface NetworkOptions extends NetworkPlace {
  client: Client
  /** Follows NetworkPolicies, namespaces and pods. Default: `client`. */
  policyClient?: Client
  /** Gives load balancers their addresses. Default: `client`. */
  loadBalancerClient?: Client
  clock: Clock
  logger: Logger
  nodeName: string
  /** Default 10.244.0.0/24. */
  podCidr?: string
  /** Default 10.96.0.0/16. */
  serviceCidr?: string
}

export interface Network extends AsyncDisposable {
  /** The bridge's own address: pods' gateway, and where the DNS server listens. */
  readonly bridgeAddress: string
  /** What the gateway must send from to pods, for policies to know it. */
  readonly gatewayAddress: string
  readonly cniConfDir: string
  /** Where the CNI plugins are; undefined when they are not installed. */
  readonly cniBinDir: string | undefined
  /** What the plugins keep for pods; undefined when they are not installed. */
  readonly sandboxes: SandboxNetworks | undefined
  /** Ids of sandboxes that have the gateway's address: before the last address was its own, it was given to pods. What
   *  such a pod sends counts as sent by the gateway: it is to be made anew, with another address. */
  readonly displaced: readonly string[]
  /** Resolves when Services and NetworkPolicies are in the kernel as the API had them at the start: a pod that starts before
   *  is isolated by nobody. */
  readonly ready: Promise<void>
  /** Once no pod runs: takes the rules away, so that the ports that Services had are the machine's again. */
  stop(): Promise<void>
}

/** The host is prepared when this resolves; Services and policies follow as soon as the API answers (`ready`). Disposing stops the
 *  proxy and leaves bridge and rules, so that running containers keep their network. Throws NetworkError. */
export async function openNetwork(options: NetworkOptions): Promise<Network> {
  const { client, clock, nodeName } = options
  const logger = options.logger.child({ component: 'network' })
  const place = resolvePlace(options)
  const podCidr = parseCidr(options.podCidr ?? '10.244.0.0/24')
  const serviceCidr = parseCidr(options.serviceCidr ?? '10.96.0.0/16')

  const missing = await applySysctls(options.stateDir, logger)
  const bridgeAddress = addressAt(podCidr, 1)
  const gatewayAddress = gatewayAddressOf(podCidr)
  await ensureBridge({ name: place.bridge, podCidr, serviceCidr, gatewayAddress })
  await dropIpv6({ tableName: place.policyTableName, bridge: place.bridge }).catch((error: unknown) =>
    logger.warn({ error: errorMessage(error) }, 'pods reach one another over IPv6, past NetworkPolicies'),
  )
  // Lets 127.0.0.1:<nodePort> reach pods. Without it node ports answer on the other addresses only.
  await setInterfaceSysctl(place.bridge, 'route_localnet', '1', logger)
  await writeCniConf({ ...place, podCidr })
  const { directory: binDir } = await findCniPlugins()
  const { dataDir, netnsDir = '' } = place
  const network = cniConfList({ ...place, podCidr })
  const sandboxes = binDir === undefined ? undefined : sandboxNetworks({ network, dataDir, netnsDir, binDir })

  const displaced = (await readLeases(join(dataDir, place.networkName))).flatMap(({ address, containerId }) =>
    address === gatewayAddress && containerId !== undefined ? [containerId] : [],
  )

  const stop = new AbortController()
  const [services, policies] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const isBridgeHidden = missing.includes('net.bridge.bridge-nf-call-iptables')
  if (isBridgeHidden)
    logger.warn({}, 'this kernel hides traffic between pods: NetworkPolicies hold only for traffic from outside')
  const common = { clock, logger, bridge: place.bridge, podCidr: podCidr.text, signal: stop.signal }
  const held = new HeldPorts()
  const looked = Promise.withResolvers<void>()
  const running = superviseLoops(
    [
      { name: 'forwarding', run: () => keepForwarding({ ...common, onReady: looked.resolve }) },
      {
        name: 'service proxy',
        run: () =>
          runServiceProxy({
            ...common,
            client,
            nodeName,
            tableName: place.tableName,
            serviceCidr: serviceCidr.text,
            masqueradeBridged: isBridgeHidden,
            held,
            onReady: services.resolve,
          }),
      },
      {
        name: 'network policies',
        run: () =>
          runNetworkPolicies({
            ...common,
            client: options.policyClient ?? client,
            tableName: place.policyTableName,
            nodeAddresses: { gateway: gatewayAddress, dns: bridgeAddress },
            onReady: policies.resolve,
          }),
      },
      {
        name: 'load balancers',
        run: () =>
          runLoadBalancers({
            ...common,
            client: options.loadBalancerClient ?? client,
            nodeName,
            bridgeAddress,
            held,
          }),
      },
    ],
    { signal: stop.signal, clock, logger },
  )
  await looked.promise
  async function close(): Promise<void> {
    stop.abort()
    await running
    await held[Symbol.asyncDispose]()
  }
  return {
    bridgeAddress,
    gatewayAddress,
    cniConfDir: place.confDir,
    cniBinDir: binDir,
    sandboxes,
    displaced,
    ready: Promise.all([services.promise, policies.promise]).then(() => {}),
    async stop() {
      await close()
      await deleteTable(place.tableName)
      await deleteTable(place.policyTableName)
      await forgetIpv6(place.policyTableName)
      await forgetForwarded(place.bridge)
    },
    [Symbol.asyncDispose]: close,
  }
}

/** The names of everything, defaults filled in. */
export function resolvePlace(place: NetworkPlace) {
  const bridge = place.bridge ?? 'naru0'
  return {
    bridge,
    networkName: place.networkName ?? bridge,
    tableName: place.tableName ?? 'naru',
    policyTableName: `${place.tableName ?? 'naru'}_policy`,
    confDir: place.cniConfDir ?? join(place.stateDir, 'net.d'),
    dataDir: join(place.stateDir, 'ipam'),
    netnsDir: place.netnsDir,
  }
}
