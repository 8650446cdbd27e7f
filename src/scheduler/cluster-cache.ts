/** The scheduler's picture of nodes and placed pods, fed by informers; pods it has just placed itself ("assumed") count
 *  before the API server has said so. Snapshots are cheap: values are shared, never changed. */
import type { k8s } from '../api/index.ts'
import { type NodeInfo, nodeInfo, type PodInfo, podInfo, type Snapshot, withoutPod, withPod } from './snapshot.ts'

export class ClusterCache {
  readonly #nodes = new Map<string, NodeInfo>()
  readonly #namespaceLabels = new Map<string, Readonly<Record<string, string>>>()
  /** Pods by uid with where they are, also on nodes we have not heard of (yet). */
  readonly #placed = new Map<string, { node: string; info: PodInfo }>()

  snapshot(): Snapshot {
    return { nodes: [...this.#nodes.values()], namespaceLabels: new Map(this.#namespaceLabels) }
  }

  putNode(node: k8s.Node): void {
    const known = this.#nodes.get(node.metadata.name)
    const fresh = nodeInfo(node)
    if (known !== undefined) {
      const { pods, requested, nonZeroRequested } = known
      this.#nodes.set(fresh.name, { ...fresh, pods, requested, nonZeroRequested })
      return
    }
    const waiting = [...this.#placed.values()].filter((placed) => placed.node === fresh.name)
    this.#nodes.set(fresh.name, waiting.map((placed) => placed.info).reduce(withPod, fresh))
  }

  removeNode(name: string): void {
    this.#nodes.delete(name)
  }

  putNamespace(namespace: k8s.Namespace): void {
    this.#namespaceLabels.set(namespace.metadata.name, namespace.metadata.labels ?? {})
  }

  removeNamespace(name: string): void {
    this.#namespaceLabels.delete(name)
  }

  /** Whether the pod takes up room on a node, be it assumed or confirmed. */
  hasPod(uid: string): boolean {
    return this.#placed.has(uid)
  }

  /** Places the pod on `node`, or replaces what was known of it. */
  putPod(pod: k8s.Pod, node: string): void {
    const uid = pod.metadata.uid ?? ''
    this.removePod(uid)
    const info = podInfo(pod)
    this.#placed.set(uid, { node, info })
    const known = this.#nodes.get(node)
    if (known !== undefined) this.#nodes.set(node, withPod(known, info))
  }

  /** Returns whether there was such a pod. */
  removePod(uid: string): boolean {
    const placed = this.#placed.get(uid)
    if (placed === undefined) return false
    this.#placed.delete(uid)
    const known = this.#nodes.get(placed.node)
    if (known !== undefined) this.#nodes.set(placed.node, withoutPod(known, uid))
    return true
  }
}
