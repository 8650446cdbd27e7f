import { expect, it } from 'vitest'
import type { k8s } from '../../api/index.ts'
import { nodeEvents } from './node-events.ts'

const statusOf = (bootID: string, conditions: Record<string, string>) =>
  ({
    nodeInfo: { bootID },
    conditions: Object.entries(conditions).map(([type, status]) => ({ type, status })),
  }) as k8s.NodeStatus
const calm = { MemoryPressure: 'False', DiskPressure: 'False', PIDPressure: 'False', Ready: 'True' }

it.each<[string, k8s.NodeStatus | undefined, k8s.NodeStatus, string[]]>([
  ['nothing where nothing changed', statusOf('a', calm), statusOf('a', calm), []],
  [
    'a restart of the machine',
    statusOf('a', calm),
    statusOf('b', calm),
    ['Warning Rebooted: Node n has been rebooted, boot id: b'],
  ],
  [
    'what a new node has, but not that it is not ready yet',
    undefined,
    statusOf('a', { ...calm, Ready: 'False' }),
    ['NodeHasSufficientMemory', 'NodeHasNoDiskPressure', 'NodeHasSufficientPID'].map(
      (reason) => `Normal ${reason}: Node n status is now: ${reason}`,
    ),
  ],
  [
    'that it is ready again after the control plane had lost sight of it',
    statusOf('a', { ...calm, Ready: 'Unknown' }),
    statusOf('a', calm),
    ['Normal NodeReady: Node n status is now: NodeReady'],
  ],
  [
    'what it runs short of, and that it is not ready',
    statusOf('a', calm),
    statusOf('a', { MemoryPressure: 'True', DiskPressure: 'True', PIDPressure: 'True', Ready: 'False' }),
    ['NodeHasInsufficientMemory', 'NodeHasDiskPressure', 'NodeHasInsufficientPID', 'NodeNotReady'].map(
      (reason) => `Normal ${reason}: Node n status is now: ${reason}`,
    ),
  ],
])('a node tells %s', (_, old, now, expected) => {
  const told = nodeEvents('n', { old, now }).map(({ type, reason, message }) => `${type} ${reason}: ${message}`)
  expect(told).toEqual(expected)
})
