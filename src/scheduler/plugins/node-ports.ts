import type { FilterPlugin } from '../framework.ts'
import { type HostPort, podInfo } from '../snapshot.ts'

/** Two pods of a node cannot hold the same host port. */
export const nodePorts: FilterPlugin = {
  name: 'NodePorts',
  wakesOn: ['NodeChanged', 'PodRemoved'],
  nodeLocal: true,
  begin: (pod) => {
    const wanted = podInfo(pod).hostPorts
    if (wanted.length === 0) return undefined
    return (node) => {
      const taken = node.pods.flatMap((other) => other.hostPorts)
      return wanted.some((port) => taken.some((other) => conflicts(port, other)))
        ? { reasons: ["node(s) didn't have free ports for the requested pod ports"], resolvable: true }
        : undefined
    }
  },
}

const isEverywhere = (address: string) => address === '' || address === '0.0.0.0'

const conflicts = (a: HostPort, b: HostPort): boolean =>
  a.port === b.port &&
  a.protocol === b.protocol &&
  (a.hostIP === b.hostIP || isEverywhere(a.hostIP) || isEverywhere(b.hostIP))
