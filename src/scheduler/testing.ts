/** Nodes and pods for the tests of this folder. */
import type { k8s } from '../api/index.ts'
import { EMPTY_SNAPSHOT, type NodeInfo, nodeInfo, podInfo, type Snapshot } from './snapshot.ts'

export interface NodeShape {
  allocatable?: Record<string, string>
  labels?: Record<string, string>
  spec?: k8s.NodeSpec
  images?: k8s.ContainerImage[]
  pods?: k8s.Pod[]
}

export function makeNode(name: string, shape: NodeShape = {}): NodeInfo {
  const allocatable = { cpu: '4', memory: '8Gi', pods: '110', ...shape.allocatable }
  const node: k8s.Node = {
    metadata: { name, labels: { 'kubernetes.io/hostname': name, ...shape.labels } },
    spec: shape.spec ?? {},
    status: { allocatable, ...(shape.images && { images: shape.images }) },
  }
  return nodeInfo(
    node,
    (shape.pods ?? []).map((pod) => podInfo(pod)),
  )
}

export interface PodShape {
  requests?: Record<string, string>
  labels?: Record<string, string>
  namespace?: string
  spec?: Partial<k8s.PodSpec>
}

export function makePod(name: string, shape: PodShape = {}): k8s.Pod {
  const container = { name: 'main', image: 'app', ...(shape.requests && { resources: { requests: shape.requests } }) }
  return {
    metadata: { name, namespace: shape.namespace ?? 'default', uid: `uid-${name}`, labels: shape.labels ?? {} },
    spec: { containers: [container], ...shape.spec },
  }
}

export const snapshotOf = (...nodes: NodeInfo[]): Snapshot => ({
  ...EMPTY_SNAPSHOT,
  nodes,
  namespaceLabels: new Map([['default', { team: 'a' }]]),
})
