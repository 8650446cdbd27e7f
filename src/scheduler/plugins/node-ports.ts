import { hostPortsConflict, hostPortsOf } from '../../api/index.ts'
import type { FilterPlugin } from '../framework.ts'

/** Two pods of a node cannot hold the same host port. */
export const nodePorts: FilterPlugin = {
  name: 'NodePorts',
  wakesOn: ['NodeChanged', 'PodRemoved'],
  nodeLocal: true,
  begin: (pod) => {
    const wanted = hostPortsOf(pod)
    if (wanted.length === 0) return undefined
    return (node) => {
      const taken = node.pods.flatMap((other) => other.hostPorts)
      return wanted.some((port) => taken.some((other) => hostPortsConflict(port, other)))
        ? { reasons: ["node(s) didn't have free ports for the requested pod ports"], resolvable: true }
        : undefined
    }
  },
}
