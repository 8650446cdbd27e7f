/** The nftables table of NetworkPolicies. Pure: the same input gives the same text. Without policies there is none.
 *
 *  It sees what the host forwards between pods, and between pods and the world, after Services have been translated:
 *  addresses and ports are the pods' own. What the node itself sends (the kubelet's probes) and gets (cluster DNS) is
 *  not forwarded and always passes, as Kubernetes has it; connections that stand go on when policies change.
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
} from './policy-map.ts'

export function compilePolicies(state: PolicyState, { podCidr }: { podCidr: string }): TableObject[] {
  if (state.policies.length === 0) return []
  const all = isolations(state)
  const known = [...new Set(livePods(state.pods).map(({ address }) => address))].toSorted()
  const ingress = directionObjects(all, 'ingress')
  const egress = directionObjects(all, 'egress')
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
      'ct state established,related accept',
      // A pod always reaches itself, through a Service too.
      'ip saddr . ip daddr @selves accept',
      // A pod so new that nobody has said what it is: it may be one that is isolated.
      `ip saddr ${podCidr} ip saddr != @pods drop`,
      `ip daddr ${podCidr} ip daddr != @pods drop`,
      'ip saddr vmap @egress',
      'ip daddr vmap @ingress',
    ]),
  ]
}

function directionObjects(all: readonly Isolation[], direction: Direction): TableObject[] {
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
        'drop',
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

function compileRule(compiled: Compiled, { peers, ports }: PolicyRule, id: string, direction: Direction): void {
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
