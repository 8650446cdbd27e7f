/** UDP flows keep going to a backend that is gone, or to the node itself, because the kernel remembers what became of them.
 *  Where nothing can make it forget, what clients send to such a Service port is looked up in another conntrack zone from then on: their
 *  flows begin anew there, and the old ones end by themselves. Clients of the backends that are left may be sent to
 *  another of them. Source: nft(8), "ct zone"; only the direction of the client, answers stay in the zone of all. */
import { chain, type TableObject } from '../nft/table.ts'
import type { StaleFlow } from './conntrack.ts'
import type { Forwarding } from './service-map.ts'

const MOST_ZONES = 0xffff

export class FlowZones {
  /** By what a rule matches. */
  readonly #zones = new Map<string, number>()
  #last = 0

  renew(stale: readonly StaleFlow[]): void {
    const matches = new Set(stale.map(({ destination, port }) => matchOf(destination, port)))
    for (const match of matches) {
      this.#last = (this.#last % MOST_ZONES) + 1
      this.#zones.set(match, this.#last)
    }
  }

  /** Nothing while there was nothing to renew; Service ports that are gone are forgotten. */
  objects(forwardings: readonly Forwarding[]): TableObject[] {
    const present = new Set(forwardings.filter(({ protocol }) => protocol === 'udp').flatMap(matchesOf))
    for (const match of this.#zones.keys()) if (!present.has(match)) this.#zones.delete(match)
    if (this.#zones.size === 0) return []
    const rules = [...this.#zones].map(([match, zone]) => `${match} ct original zone set ${zone}`)
    return [
      chain('zones_in', ['type filter hook prerouting priority raw; policy accept;', ...rules]),
      chain('zones_out', ['type filter hook output priority raw; policy accept;', ...rules]),
    ]
  }
}

function matchesOf({ clusterIP, port, externalAddresses, nodePort }: Forwarding): string[] {
  const addresses = [clusterIP, ...externalAddresses].map((address) => matchOf(address, port))
  return nodePort === undefined ? addresses : [...addresses, matchOf(undefined, nodePort)]
}

const matchOf = (destination: string | undefined, port: number): string =>
  `${destination === undefined ? 'fib daddr type local' : `ip daddr ${destination}`} udp dport ${port}`
