/** The cluster as one scheduling cycle sees it. Values are never changed: adding a pod makes a new NodeInfo, so a
 *  decision can be repeated from its snapshot. */
import { type HostPort, hostPortsOf, type k8s } from '../api/index.ts'
import { addAmounts, amountsOf, podNonZeroRequests, podRequests, type ResourceAmounts } from './resources.ts'
import type { StorageView } from './volumes/storage-view.ts'

/** A pod on a node (or about to be) with what is expensive to work out done once. */
export interface PodInfo {
  readonly pod: k8s.Pod
  readonly requests: ResourceAmounts
  readonly nonZeroRequests: ResourceAmounts
  readonly hostPorts: readonly HostPort[]
  readonly hasAffinity: boolean
}

export interface NodeInfo {
  readonly node: k8s.Node
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly allocatable: ResourceAmounts
  readonly requested: ResourceAmounts
  readonly nonZeroRequested: ResourceAmounts
  readonly pods: readonly PodInfo[]
  /** Those of `pods` that are particular about which others are near. */
  readonly podsWithAffinity: readonly PodInfo[]
  /** Bytes by image name, as the node reports them. */
  readonly imageSizes: ReadonlyMap<string, number>
}

export interface Snapshot {
  readonly nodes: readonly NodeInfo[]
  /** Labels by namespace name, for affinity terms with a `namespaceSelector`. */
  readonly namespaceLabels: ReadonlyMap<string, Readonly<Record<string, string>>>
  /** Pods without a node for which room is being made on one, by its name. */
  readonly nominated: ReadonlyMap<string, readonly PodInfo[]>
  readonly budgets: readonly k8s.PodDisruptionBudget[]
  /** Which pods belong together, by `workloadKey`: of Services and of what makes pods. */
  readonly workloadSelectors: ReadonlyMap<string, k8s.LabelSelector>
  /** Left out: claims are not looked at. */
  readonly storage?: StorageView
}

export const EMPTY_SNAPSHOT: Snapshot = {
  nodes: [],
  namespaceLabels: new Map(),
  nominated: new Map(),
  budgets: [],
  workloadSelectors: new Map(),
}

export const workloadKey = (kind: string, namespace: string, name: string): string => `${kind}/${namespace}/${name}`

export const priorityOf = (pod: k8s.Pod): number => pod.spec.priority ?? 0

/** The same cluster, with another value of the node of that name. */
export const withNode = (snapshot: Snapshot, node: NodeInfo): Snapshot => ({
  ...snapshot,
  nodes: snapshot.nodes.map((one) => (one.name === node.name ? node : one)),
})

export function podInfo(pod: k8s.Pod): PodInfo {
  const affinity = pod.spec.affinity
  return {
    pod,
    requests: podRequests(pod),
    nonZeroRequests: podNonZeroRequests(pod),
    hostPorts: hostPortsOf(pod),
    hasAffinity: affinity?.podAffinity !== undefined || affinity?.podAntiAffinity !== undefined,
  }
}

export function nodeInfo(node: k8s.Node, pods: readonly PodInfo[] = []): NodeInfo {
  const imageSizes = new Map(
    (node.status?.images ?? []).flatMap((image) => (image.names ?? []).map((name) => [name, image.sizeBytes ?? 0])),
  )
  const empty: NodeInfo = {
    node,
    name: node.metadata.name,
    labels: node.metadata.labels ?? {},
    allocatable: amountsOf(node.status?.allocatable ?? node.status?.capacity),
    requested: {},
    nonZeroRequested: {},
    pods: [],
    podsWithAffinity: [],
    imageSizes,
  }
  return pods.reduce(withPod, empty)
}

export function withPod(node: NodeInfo, pod: PodInfo): NodeInfo {
  return {
    ...node,
    requested: addAmounts(node.requested, pod.requests),
    nonZeroRequested: addAmounts(node.nonZeroRequested, pod.nonZeroRequests),
    pods: [...node.pods, pod],
    podsWithAffinity: pod.hasAffinity ? [...node.podsWithAffinity, pod] : node.podsWithAffinity,
  }
}

/** The node without the pod of this uid; the same value when it is not there. */
export function withoutPod(node: NodeInfo, uid: string): NodeInfo {
  const gone = node.pods.find((pod) => pod.pod.metadata.uid === uid)
  if (gone === undefined) return node
  return {
    ...node,
    requested: addAmounts(node.requested, gone.requests, -1),
    nonZeroRequested: addAmounts(node.nonZeroRequested, gone.nonZeroRequests, -1),
    pods: node.pods.filter((pod) => pod !== gone),
    podsWithAffinity: gone.hasAffinity ? node.podsWithAffinity.filter((pod) => pod !== gone) : node.podsWithAffinity,
  }
}
