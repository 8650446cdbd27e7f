/** The nftables table of NetworkPolicies. Pure: the same input gives the same text. Without policies there is none.
 *
 *  It sees what the host forwards between pods, and between pods and the world, after Services have been translated:
 *  addresses and ports are the pods' own. Egress is asked of what pods send to the node itself, too (cluster DNS, the API),
 *  and ingress of what the gateway sends to pods, as both would be pods of another machine in a cluster. All else the node
 *  sends (the kubelet's probes) passes, as Kubernetes has it. Connections that stand go on when policies change, but for
 *  the gateway's.
 *
 *  Pods that the same policies isolate share a chain for each direction. It returns for what one of the policies lets
 *  pass, so that the other side's policies are asked as well, and drops the rest. */
import { createHash } from 'node:crypto'
import { formatRange } from '../host/ip-ranges.ts'
import { chain, map, set, type TableObject } from '../nft/table.ts'
import {
  type Direction,
  type Isolation,
  isolations,
  livePods,
  type PolicyRule,
  type PolicyState,
  reaches,
} from './policy-map.ts'

export interface PolicyRulesetOptions {
  bridge: string
  podCidr: string
}

export function compilePolicies(state: PolicyState, { bridge, podCidr }: PolicyRulesetOptions): TableObject[] {
  if (state.policies.length === 0) return []
  const all = isolations(state)
  const known = [...new Set(livePods(state.pods).map(({ address }) => address))].toSorted()
  const gateway = state.nodePods?.gateway?.address
  // The gateway hears at once that it may not, so that people hear it from the gateway.
  const refusal = gateway === undefined ? [] : [`ip saddr ${gateway} meta l4proto tcp reject with tcp reset`]
  const ingress = directionObjects(all, 'ingress', [...refusal, 'drop'])
  const egress = directionObjects(all, 'egress', ['drop'])
  const has = (direction: Direction) => all.some((isolation) => isolation.direction === direction)
  // A pod so new that nobody has said what it is: it may be one that is isolated.
  const unknown = (end: string) => `ip ${end} ${podCidr} ip ${end} != @pods drop`
  const ongoing = 'ct state established,related accept'
  return [
    set('pods', ['type ipv4_addr'], known),
    set(
      'selves',
      ['type ipv4_addr . ipv4_addr'],
      known.map((address) => `${address} . ${address}`),
    ),
    ...ingress,
    ...egress,
    chain('forward', [
      'type filter hook forward priority -1; policy accept;',
      ongoing,
      // A pod always reaches itself, through a Service too.
      'ip saddr . ip daddr @selves accept',
      ...(has('egress') ? [unknown('saddr'), 'ip saddr vmap @egress'] : []),
      ...(has('ingress') ? [unknown('daddr'), 'ip daddr vmap @ingress'] : []),
    ]),
    ...(has('egress')
      ? [
          chain('to_node', [
            'type filter hook input priority -1; policy accept;',
            `iifname != "${bridge}" accept`,
            ongoing,
            unknown('saddr'),
            'ip saddr vmap @egress',
          ]),
        ]
      : []),
    ...(has('ingress') && gateway !== undefined
      ? [
          chain('from_gateway', [
            'type filter hook output priority -1; policy accept;',
            `ip saddr != ${gateway} accept`,
            // Connections that stand, too: the gateway keeps them for the requests of others.
            'ip daddr vmap @ingress',
          ]),
        ]
      : []),
  ]
}

function directionObjects(
  all: readonly Isolation[],
  direction: Direction,
  otherwise: readonly string[],
): TableObject[] {
  const own = all.filter((isolation) => isolation.direction === direction)
  const byPod = new Map<string, Isolation[]>()
  for (const isolation of own)
    for (const address of isolation.pods) byPod.set(address, [...(byPod.get(address) ?? []), isolation])
  const groups = new Map<string, Isolation[]>()
  const verdicts = [...byPod].map(([address, isolating]) => {
    const name = `${direction}_${digest(isolating.map(({ name }) => name).join())}`
    groups.set(name, isolating)
    return `${address} : jump ${name}`
  })
  const used = new Set([...groups.values()].flat())
  const compiled = new Map([...used].map((isolation) => [isolation, compileIsolation(isolation)]))
  return [
    ...[...compiled.values()].flatMap(({ sets }) => sets),
    ...[...groups].map(([name, isolating]) =>
      chain(name, [
        ...isolating.flatMap((isolation) => compiled.get(isolation)?.rules ?? []).map((match) => `${match}return`),
        ...otherwise,
      ]),
    ),
    map(direction, ['type ipv4_addr : verdict'], verdicts.toSorted()),
  ]
}

interface Compiled {
  sets: TableObject[]
  /** What is let pass, each with a space behind it; empty for everything. */
  rules: string[]
}

function compileIsolation({ name, direction, rules }: Isolation): Compiled {
  const compiled: Compiled = { sets: [], rules: [] }
  for (const [at, rule] of rules.entries())
    compileRule(compiled, rule, `${digest(`${name} ${direction}`)}_${at}`, direction)
  return compiled
}

function compileRule(compiled: Compiled, rule: PolicyRule, id: string, direction: Direction): void {
  const { peers, listeners = [], ports } = rule
  for (const listener of listeners)
    if (reaches(ports, listener))
      compiled.rules.push(`ip daddr ${listener.address} meta l4proto ${listener.protocol} th dport ${listener.port} `)
  if (peers?.length === 0) return
  let match = ''
  if (peers !== undefined) {
    compiled.sets.push(set(`peers_${id}`, ['type ipv4_addr', 'flags interval'], peers.map(formatRange)))
    match = `ip ${direction === 'ingress' ? 'saddr' : 'daddr'} @peers_${id} `
  }
  if (ports === undefined) {
    compiled.rules.push(match)
    return
  }
  for (const [at, { protocol, range, named }] of ports.entries()) {
    const over = `${match}meta l4proto ${protocol} `
    if (named !== undefined) {
      if (named.length === 0) continue
      const elements = named.map(({ address, port }) => `${address} . ${port}`).toSorted()
      compiled.sets.push(set(`ports_${id}_${at}`, ['type ipv4_addr . inet_service'], elements))
      compiled.rules.push(`${over}ip daddr . th dport @ports_${id}_${at} `)
    } else if (range === undefined) compiled.rules.push(over)
    else compiled.rules.push(`${over}th dport ${range[0] === range[1] ? range[0] : `${range[0]}-${range[1]}`} `)
  }
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)
