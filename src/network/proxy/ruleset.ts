/** The nftables table of Services, from the forwardings. Pure: the same input gives the same text.
 *  Source: nft(8) 1.0.6; the packet paths are those of kube-proxy v1.34's nftables mode (pkg/proxy/nftables).
 *
 *  - before dstnat: who may not come by a load balancer's address is turned away.
 *  - dstnat (prerouting, and output for the host's own traffic): ClusterIP, external address and node port → backend.
 *  - postrouting: a pod that reaches itself through its Service, the host's 127.0.0.1, other machines that are sent to a
 *    backend outside of the pods, and pods going out to the world get the node's address as their source.
 *  - what is still addressed to a Service afterwards has no backend, and is refused rather than left to time out;
 *    where a `Local` policy leaves none although others have some, it is dropped. */
import { createHash } from 'node:crypto'
import { chain, map, set, type TableObject } from '../nft/table.ts'
import type { Backend, Forwarding } from './service-map.ts'

export interface RulesetOptions {
  bridge: string
  podCidr: string
  serviceCidr: string
  /** Pods' own traffic to pods through a Service gets the node's address too: needed where the kernel does not show
   *  bridged traffic to nftables, since answers would bypass the translation. */
  masqueradeBridged: boolean
}

export function compileRuleset(forwardings: readonly Forwarding[], options: RulesetOptions): TableObject[] {
  return [
    ...sets(forwardings),
    ...once(forwardings.flatMap((forwarding) => serviceObjects(forwarding, options))),
    ...fixedChains(options),
  ]
}

/** A client's choice of backend is the same whichever way it comes in. */
function once(objects: readonly TableObject[]): TableObject[] {
  return [...new Map(objects.map((object) => [object.name, object])).values()]
}

const SERVICE = ['type ipv4_addr . inet_proto . inet_service']
const PORT = ['type inet_proto . inet_service']
const toVerdict = (type: readonly string[]) => type.map((line) => `${line} : verdict`)

/** Node ports and external addresses lead somewhere. */
const isServedOutside = ({ external, internal, isExternalLocal }: Forwarding): boolean =>
  external.length > 0 || (isExternalLocal && internal.length > 0)

function sets(forwardings: readonly Forwarding[]): TableObject[] {
  const served = forwardings.filter(({ internal }) => internal.length > 0)
  const servedOutside = forwardings.filter(isServedOutside)
  const unservedOutside = forwardings.filter(({ external }) => external.length === 0)
  const refused = unservedOutside.filter(({ isServedSomewhere }) => !isServedSomewhere)
  const dropped = unservedOutside.filter(({ isServedSomewhere }) => isServedSomewhere)
  const backends = new Set(
    forwardings.flatMap(({ internal, external }) => [...internal, ...external]).map((b) => b.address),
  )
  const external = (f: Forwarding) => f.externalAddresses.map((ip) => `${ip} . ${f.protocol} . ${f.port}`)
  const nodePort = (f: Forwarding) => (f.nodePort === undefined ? [] : [`${f.protocol} . ${f.nodePort}`])
  const clusterIP = (f: Forwarding) => `${f.clusterIP} . ${f.protocol} . ${f.port}`
  return [
    map('service_ips', toVerdict(SERVICE), [
      ...served.map((f) => `${clusterIP(f)} : goto ${chainName('internal', f)}`),
      ...servedOutside.flatMap((f) => external(f).map((key) => `${key} : goto ${chainName('external', f)}`)),
    ]),
    map(
      'node_ports',
      toVerdict(PORT),
      servedOutside.flatMap((f) => nodePort(f).map((key) => `${key} : goto ${chainName('external', f)}`)),
    ),
    map(
      'firewalled',
      toVerdict(SERVICE),
      forwardings.flatMap((f) =>
        (f.firewall?.addresses ?? []).map(
          (ip) => `${ip} . ${f.protocol} . ${f.port} : goto ${chainName('firewall', f)}`,
        ),
      ),
    ),
    set('dropped', SERVICE, [
      ...forwardings.filter((f) => f.internal.length === 0 && f.isServedSomewhere).map(clusterIP),
      ...dropped.flatMap(external),
    ]),
    set('dropped_node_ports', PORT, dropped.flatMap(nodePort)),
    set('refused_external', SERVICE, refused.flatMap(external)),
    set('refused_node_ports', PORT, refused.flatMap(nodePort)),
    set(
      'hairpin',
      ['type ipv4_addr . ipv4_addr'],
      [...backends].toSorted().map((address) => `${address} . ${address}`),
    ),
  ]
}

function serviceObjects(forwarding: Forwarding, { podCidr }: RulesetOptions): TableObject[] {
  const { internal, external, externalAddresses, nodePort, firewall, isExternalLocal } = forwarding
  const isExposed = externalAddresses.length > 0 || nodePort !== undefined
  const inward = `goto ${chainName('internal', forwarding)}`
  // From within, a Service's outer addresses are its inner one: the policy is about keeping clients' addresses.
  const fromWithin =
    isExternalLocal && internal.length > 0 ? [`ip saddr ${podCidr} ${inward}`, `fib saddr type local ${inward}`] : []
  return [
    ...(forwarding.stickySeconds === undefined ? [] : stickyObjects(forwarding)),
    ...(internal.length > 0 ? [serviceChain('internal', forwarding, internal)] : []),
    ...(isExposed && isServedOutside(forwarding) ? [serviceChain('external', forwarding, external, fromWithin)] : []),
    ...(firewall === undefined
      ? []
      : [
          chain(chainName('firewall', forwarding), [
            comment(forwarding),
            ...(firewall.sourceRanges.length > 0 ? [`ip saddr { ${firewall.sourceRanges.join(', ')} } return`] : []),
            'drop',
          ]),
        ]),
  ]
}

function serviceChain(
  side: Side,
  forwarding: Forwarding,
  backends: readonly Backend[],
  first: readonly string[] = [],
): TableObject {
  const choice = forwarding.stickySeconds === undefined ? translate(forwarding, backends) : choose(forwarding, backends)
  return chain(chainName(side, forwarding), [comment(forwarding), ...first, ...(backends.length > 0 ? choice : [])])
}

function translate({ protocol }: Forwarding, backends: readonly Backend[]): string[] {
  const [first, ...others] = backends
  if (first !== undefined && others.length === 0)
    return [`meta l4proto ${protocol} dnat to ${first.address}:${first.port}`]
  const table = backends.map(({ address, port }, at) => `${at} : ${address} . ${port}`).join(', ')
  return [`meta l4proto ${protocol} dnat to numgen random mod ${backends.length} map { ${table} }`]
}

/** Where the client went before, else anywhere. */
function choose(forwarding: Forwarding, backends: readonly Backend[]): string[] {
  const names = backends.map((backend) => stickyNames(forwarding, backend))
  const table = names.map(({ endpoint }, at) => `${at} : goto ${endpoint}`).join(', ')
  return [
    ...names.map(({ clients, endpoint }) => `ip saddr @${clients} goto ${endpoint}`),
    `numgen random mod ${backends.length} vmap { ${table} }`,
  ]
}

/** For each backend the clients it has, which the kernel writes down, and a chain that does so. */
function stickyObjects(forwarding: Forwarding): TableObject[] {
  const { internal, external, stickySeconds } = forwarding
  return [...internal, ...external].flatMap((backend): TableObject[] => {
    const { clients, endpoint } = stickyNames(forwarding, backend)
    return [
      {
        kind: 'set',
        name: clients,
        lines: ['type ipv4_addr', 'flags dynamic,timeout', `timeout ${stickySeconds}s`],
        keepsElements: true,
      },
      chain(endpoint, [comment(forwarding), `update @${clients} { ip saddr }`, ...translate(forwarding, [backend])]),
    ]
  })
}

/** The timeout is in the name: a set that is there cannot get another. */
function stickyNames(forwarding: Forwarding, { address, port }: Backend) {
  const name = digest(`${identityOf(forwarding)} ${forwarding.stickySeconds} ${address}:${port}`)
  return { clients: `clients_${name}`, endpoint: `endpoint_${name}` }
}

type Side = 'internal' | 'external' | 'firewall'

const identityOf = ({ name, protocol, port }: Forwarding): string => `${name}/${protocol}/${port}`
const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)
const chainName = (side: Side, forwarding: Forwarding): string => `${side}_${digest(identityOf(forwarding))}`

/** Comments are quoted strings of at most 128 bytes. */
const comment = ({ name }: Forwarding): string => `comment "${name.replace(/[^\w./:-]/g, '_').slice(0, 120)}"`

function fixedChains({ bridge, podCidr, serviceCidr, masqueradeBridged }: RulesetOptions): TableObject[] {
  const refuse = (match: string) => [`${match} meta l4proto tcp reject with tcp reset`, `${match} reject`]
  const service = 'ip daddr . meta l4proto . th dport'
  const firewall = `${service} vmap @firewalled`
  return [
    chain('services', [
      `${service} vmap @service_ips`,
      'fib daddr type local meta l4proto . th dport vmap @node_ports',
    ]),
    chain('firewall_in', ['type filter hook prerouting priority -110; policy accept;', firewall]),
    chain('firewall_out', ['type filter hook output priority -110; policy accept;', firewall]),
    chain('prerouting', ['type nat hook prerouting priority dstnat; policy accept;', 'jump services']),
    chain('output', ['type nat hook output priority -100; policy accept;', 'jump services']),
    chain('postrouting', [
      'type nat hook postrouting priority srcnat; policy accept;',
      masqueradeBridged
        ? `ct status dnat ip saddr ${podCidr} ip daddr ${podCidr} masquerade`
        : 'ct status dnat ip saddr . ip daddr @hairpin masquerade',
      'ct status dnat ip saddr 127.0.0.0/8 masquerade',
      // To a backend that is no pod: it would answer the client itself.
      `ct status dnat ip saddr != ${podCidr} ip daddr != ${podCidr} oifname != "lo" masquerade`,
      `ip saddr ${podCidr} ip daddr != ${podCidr} masquerade`,
    ]),
    chain('unserved', [
      `${service} @dropped drop`,
      ...refuse(`ip daddr ${serviceCidr}`),
      ...refuse(`${service} @refused_external`),
    ]),
    // Refused before it becomes a flow: a flow would keep its clients here when there are backends again.
    chain('unserved_node_ports', [
      'meta l4proto . th dport @dropped_node_ports drop',
      ...refuse('meta l4proto . th dport @refused_node_ports'),
    ]),
    chain('forward', ['type filter hook forward priority filter; policy accept;', 'ct state new jump unserved']),
    chain('local_out', ['type filter hook output priority filter; policy accept;', 'ct state new jump unserved']),
    chain('input', [
      'type filter hook input priority filter; policy accept;',
      // route_localnet on the bridge lets answers back to 127.0.0.1; pods must not start anything there.
      `iifname "${bridge}" ip daddr 127.0.0.0/8 ct state new drop`,
      'ct state new jump unserved',
      'ct state new fib daddr type local jump unserved_node_ports',
    ]),
  ]
}
