/** UDP flows keep going to a backend that is gone, because the kernel remembers their translation. `conntrack` makes
 *  it forget; where the program is not installed, `flow-zones.ts` has another way. */
import { NetworkError } from '../errors.ts'
import { runCommand } from '../host/command.ts'
import type { Forwarding } from './service-map.ts'

export interface StaleFlow {
  /** The address clients were sending to; undefined for a node port. */
  destination?: string
  port: number
  backend: string
}

/** UDP flows of `before` whose backend is not in `after`. Pure. */
export function staleFlows(before: readonly Forwarding[], after: readonly Forwarding[]): StaleFlow[] {
  const now = new Set(after.flatMap(flows).map((flow) => JSON.stringify(flow)))
  return before.flatMap(flows).filter((flow) => !now.has(JSON.stringify(flow)))
}

function flows(forwarding: Forwarding): StaleFlow[] {
  if (forwarding.protocol !== 'udp') return []
  const { clusterIP, port, nodePort, externalAddresses, internal, external } = forwarding
  return [
    ...internal.map(({ address }) => ({ destination: clusterIP, port, backend: address })),
    ...external.flatMap(({ address }) => [
      ...externalAddresses.map((destination) => ({ destination, port, backend: address })),
      ...(nodePort === undefined ? [] : [{ port: nodePort, backend: address }]),
    ]),
  ]
}

/** Resolves to false when the program is not installed. */
export async function forgetFlows(stale: readonly StaleFlow[]): Promise<boolean> {
  for (const { destination, port, backend } of stale) {
    const to = destination === undefined ? [] : ['--orig-dst', destination]
    try {
      await runCommand('conntrack', ['-D', '-p', 'udp', ...to, '--dport', String(port), '--dst-nat', backend])
    } catch (error) {
      if (error instanceof NetworkError && error.reason === 'CommandMissing') return false
      // It exits with 1 when there was nothing to forget.
      if (!(error instanceof Error) || !error.message.includes('0 flow entries')) throw error
    }
  }
  return true
}
