/** UDP flows keep going to a backend that is gone, or to the node itself, because the kernel remembers what became of them.
 *  `conntrack` makes it forget; where the program is not installed, `flow-zones.ts` has another way. */
import { NetworkError } from '../errors.ts'
import { runCommand } from '../host/command.ts'
import type { Forwarding } from './service-map.ts'

export interface StaleFlow {
  /** The address clients were sending to; undefined for a node port. */
  destination?: string
  port: number
  /** Undefined: whoever it goes to. */
  backend?: string
}

/** UDP flows of `before` whose backend serves nobody any more in `after`, and those of ports of the node's that nobody
 *  served: they go to the node itself. Pure. Source: kube-proxy v1.34, pkg/proxy/conntrack. */
export function staleFlows(before: readonly Forwarding[], after: readonly Forwarding[]): StaleFlow[] {
  return [
    ...missing(before.flatMap(flows), after.flatMap(flows)),
    ...missing(after.flatMap(ownPorts), before.flatMap(ownPorts)),
  ]
}

function missing(flows: readonly StaleFlow[], from: readonly StaleFlow[]): StaleFlow[] {
  const there = new Set(from.map((flow) => JSON.stringify(flow)))
  return flows.filter((flow) => !there.has(JSON.stringify(flow)))
}

function flows({ protocol, clusterIP, port, nodePort, externalAddresses, serving }: Forwarding): StaleFlow[] {
  if (protocol !== 'udp') return []
  return serving.flatMap((backend) => [
    ...[clusterIP, ...externalAddresses].map((destination) => ({ destination, port, backend })),
    ...(nodePort === undefined ? [] : [{ port: nodePort, backend }]),
  ])
}

/** What of a Service may be the node's own while nobody serves it; a ClusterIP is nobody's. */
function ownPorts({ protocol, port, nodePort, externalAddresses, serving }: Forwarding): StaleFlow[] {
  if (protocol !== 'udp' || serving.length === 0) return []
  const addressed = externalAddresses.map((destination) => ({ destination, port }))
  return nodePort === undefined ? addressed : [...addressed, { port: nodePort }]
}

/** Resolves to false when the program is not installed. */
export async function forgetFlows(stale: readonly StaleFlow[]): Promise<boolean> {
  for (const { destination, port, backend } of stale) {
    const to = destination === undefined ? [] : ['--orig-dst', destination]
    const by = backend === undefined ? [] : ['--dst-nat', backend]
    try {
      await runCommand('conntrack', ['-D', '-p', 'udp', ...to, '--dport', String(port), ...by])
    } catch (error) {
      if (error instanceof NetworkError && error.reason === 'CommandMissing') return false
      // It exits with 1 when there was nothing to forget.
      if (!(error instanceof Error) || !error.message.includes('0 flow entries')) throw error
    }
  }
  return true
}
