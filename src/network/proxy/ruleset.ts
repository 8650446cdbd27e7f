/** The whole nftables table as text, from the forwardings. Pure: the same input gives the same text.
 *  Source: nft(8) 1.0.6; the packet paths are those of kube-proxy's nftables mode.
 *
 *  - dstnat (prerouting, and output for the host's own traffic): ClusterIP, external address and node port → backend.
 *  - postrouting: a pod that reaches itself through its Service, the host's 127.0.0.1, and pods going out to the world
 *    get the node's address as their source.
 *  - what is still addressed to the service range afterwards has no backend, and is refused rather than left to time
 *    out. */
import { createHash } from 'node:crypto'
import type { Backend, Forwarding } from './service-map.ts'

export interface RulesetOptions {
  tableName: string
  bridge: string
  podCidr: string
  serviceCidr: string
  /** Pods' own traffic to pods through a Service gets the node's address too: needed where the kernel does not show
   *  bridged traffic to nftables, since answers would bypass the translation. */
  masqueradeBridged: boolean
}

/** The seed keeps a sticky client where it is when the table is written anew. */
const HASH_SEED = '0x6e617275'

export function compileRuleset(forwardings: readonly Forwarding[], options: RulesetOptions): string {
  const { tableName } = options
  const parts = [...sets(forwardings), ...forwardings.flatMap(serviceChains), ...fixedChains(options)]
  const body = parts.map((part) => indent(part)).join('\n\n')
  // Added first so that the deletion cannot fail; the file is one transaction.
  return `add table ip ${tableName}\ndelete table ip ${tableName}\n\ntable ip ${tableName} {\n${body}\n}\n`
}

function sets(forwardings: readonly Forwarding[]): string[] {
  const served = forwardings.filter((forwarding) => forwarding.internal.length > 0)
  const servedOutside = forwardings.filter((forwarding) => forwarding.external.length > 0)
  const refused = forwardings.filter((forwarding) => forwarding.external.length === 0)
  const backends = new Set(
    forwardings.flatMap(({ internal, external }) => [...internal, ...external]).map((b) => b.address),
  )
  return [
    element('map service_ips', 'ipv4_addr . inet_proto . inet_service : verdict', [
      ...served.map((f) => `${f.clusterIP} . ${f.protocol} . ${f.port} : goto ${chainName('internal', f)}`),
      ...servedOutside.flatMap((f) =>
        f.externalAddresses.map((ip) => `${ip} . ${f.protocol} . ${f.port} : goto ${chainName('external', f)}`),
      ),
    ]),
    element(
      'map node_ports',
      'inet_proto . inet_service : verdict',
      servedOutside.flatMap((f) =>
        f.nodePort === undefined ? [] : [`${f.protocol} . ${f.nodePort} : goto ${chainName('external', f)}`],
      ),
    ),
    element(
      'set refused_external',
      'ipv4_addr . inet_proto . inet_service',
      refused.flatMap((f) => f.externalAddresses.map((ip) => `${ip} . ${f.protocol} . ${f.port}`)),
    ),
    element(
      'set hairpin',
      'ipv4_addr . ipv4_addr',
      [...backends].toSorted().map((address) => `${address} . ${address}`),
    ),
  ]
}

function element(head: string, type: string, elements: readonly string[]): string {
  // Two Services may claim one external address or node port; the first keeps it, as a key can be there once.
  const byKey = new Map<string, string>()
  for (const entry of elements) {
    const key = entry.split(' : ')[0] ?? entry
    if (!byKey.has(key)) byKey.set(key, entry)
  }
  const list = [...byKey.values()].map((entry) => `    ${entry}`).join(',\n')
  return `${head} {\n  type ${type}\n${list === '' ? '' : `  elements = {\n${list}\n  }\n`}}`
}

function serviceChains(forwarding: Forwarding): string[] {
  const { internal, external, externalAddresses, nodePort } = forwarding
  const isExposed = externalAddresses.length > 0 || nodePort !== undefined
  return [
    ...(internal.length > 0 ? [serviceChain('internal', forwarding, internal)] : []),
    ...(isExposed && external.length > 0 ? [serviceChain('external', forwarding, external)] : []),
  ]
}

function serviceChain(side: Side, forwarding: Forwarding, backends: readonly Backend[]): string {
  return [
    `chain ${chainName(side, forwarding)} {`,
    `  comment "${printable(forwarding.name)}"`,
    `  meta l4proto ${forwarding.protocol} dnat to ${target(backends, forwarding.sticky)}`,
    '}',
  ].join('\n')
}

function target(backends: readonly Backend[], sticky: boolean): string {
  const [first, ...others] = backends
  if (first !== undefined && others.length === 0) return `${first.address}:${first.port}`
  const table = backends.map(({ address, port }, at) => `${at} : ${address} . ${port}`).join(', ')
  const choice = sticky
    ? `jhash ip saddr mod ${backends.length} seed ${HASH_SEED}`
    : `numgen random mod ${backends.length}`
  return `${choice} map { ${table} }`
}

type Side = 'internal' | 'external'

const chainName = (side: Side, { name, protocol, port }: Forwarding): string =>
  `${side}_${createHash('sha256').update(`${name}/${protocol}/${port}`).digest('hex').slice(0, 16)}`

/** Comments are quoted strings of at most 128 bytes. */
const printable = (text: string): string => text.replace(/[^\w./:-]/g, '_').slice(0, 120)

function fixedChains({ bridge, podCidr, serviceCidr, masqueradeBridged }: RulesetOptions): string[] {
  const refuse = (match: string) => [`${match} meta l4proto tcp reject with tcp reset`, `${match} reject`]
  const unserved = [
    ...refuse(`ip daddr ${serviceCidr}`),
    ...refuse('ip daddr . meta l4proto . th dport @refused_external'),
  ]
  return [
    chain('services', [
      'ip daddr . meta l4proto . th dport vmap @service_ips',
      'fib daddr type local meta l4proto . th dport vmap @node_ports',
    ]),
    chain('prerouting', ['type nat hook prerouting priority dstnat; policy accept;', 'jump services']),
    chain('output', ['type nat hook output priority -100; policy accept;', 'jump services']),
    chain('postrouting', [
      'type nat hook postrouting priority srcnat; policy accept;',
      masqueradeBridged
        ? `ct status dnat ip saddr ${podCidr} ip daddr ${podCidr} masquerade`
        : 'ct status dnat ip saddr . ip daddr @hairpin masquerade',
      'ct status dnat ip saddr 127.0.0.0/8 masquerade',
      `ip saddr ${podCidr} ip daddr != ${podCidr} masquerade`,
    ]),
    chain('unserved', unserved),
    chain('forward', ['type filter hook forward priority filter; policy accept;', 'ct state new jump unserved']),
    chain('local_out', ['type filter hook output priority filter; policy accept;', 'ct state new jump unserved']),
    chain('input', [
      'type filter hook input priority filter; policy accept;',
      // route_localnet on the bridge lets answers back to 127.0.0.1; pods must not start anything there.
      `iifname "${bridge}" ip daddr 127.0.0.0/8 ct state new drop`,
    ]),
  ]
}

const chain = (name: string, rules: readonly string[]): string =>
  `chain ${name} {\n${rules.map((rule) => `  ${rule}`).join('\n')}\n}`

const indent = (text: string): string =>
  text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n')
