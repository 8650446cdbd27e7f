/** The scheduler's picture of the cluster, fed by informers; pods it has just placed itself ("assumed") count before
 *  the API server has said so, and so does room it has just promised ("nominated"). Snapshots share values, which are
 *  never changed. */
import type { k8s } from '../api/index.ts'
import {
  EMPTY_SNAPSHOT,
  type NodeInfo,
  nodeInfo,
  type PodInfo,
  podInfo,
  type Snapshot,
  withoutPod,
  withPod,
} from './snapshot.ts'

interface Placed {
  node: string
  info: PodInfo
}

export class ClusterCache {
  readonly #nodes = new Map<string, NodeInfo>()
  /** Pods by uid with where they are, also on nodes we have not heard of (yet). */
  readonly #placed = new Map<string, Placed>()
  /** Pods by uid with the node where room is made for them. */
  readonly #nominated = new Map<string, Placed>()
  /** All but nodes and nominations, replaced as a whole when one of them changes. */
  #rest: Omit<Snapshot, 'nodes' | 'nominated'> = EMPTY_SNAPSHOT
  #snapshot: Snapshot | undefined

  snapshot(): Snapshot {
    this.#snapshot ??= {
      ...this.#rest,
      nodes: [...this.#nodes.values()],
      nominated: new Map(
        [...Map.groupBy(this.#nominated.values(), ({ node }) => node)].map(([node, placed]) => [
          node,
          placed.map(({ info }) => info),
        ]),
      ),
    }
    return this.#snapshot
  }

  putNode(node: k8s.Node): void {
    const known = this.#nodes.get(node.metadata.name)
    const fresh = nodeInfo(node)
    if (known !== undefined) {
      const { pods, podsWithAffinity, requested, nonZeroRequested } = known
      this.#setNode({ ...fresh, pods, podsWithAffinity, requested, nonZeroRequested })
      return
    }
    const waiting = [...this.#placed.values()].filter((placed) => placed.node === fresh.name)
    this.#setNode(waiting.map((placed) => placed.info).reduce(withPod, fresh))
  }

  removeNode(name: string): void {
    this.#nodes.delete(name)
    this.#snapshot = undefined
  }

  /** Replaces what is neither node nor pod. */
  update(change: (rest: Omit<Snapshot, 'nodes' | 'nominated'>) => Partial<Snapshot>): void {
    this.#rest = { ...this.#rest, ...change(this.#rest) }
    this.#snapshot = undefined
  }

  /** The pod as it is known where it takes up room, be it assumed or confirmed. */
  placedPod(uid: string): PodInfo | undefined {
    return this.#placed.get(uid)?.info
  }

  /** Places the pod on `node`, or replaces what was known of it. */
  putPod(pod: k8s.Pod, node: string): void {
    const uid = pod.metadata.uid ?? ''
    this.removePod(uid)
    const info = podInfo(pod)
    this.#placed.set(uid, { node, info })
    const known = this.#nodes.get(node)
    if (known !== undefined) this.#setNode(withPod(known, info))
  }

  /** Forgets the pod, and room promised to it. Returns whether it had a node. */
  removePod(uid: string): boolean {
    this.nominate(uid, undefined)
    const placed = this.#placed.get(uid)
    if (placed === undefined) return false
    this.#placed.delete(uid)
    const known = this.#nodes.get(placed.node)
    if (known !== undefined) this.#setNode(withoutPod(known, uid))
    return true
  }

  /** Promises the pod room on a node, or takes that back. */
  nominate(uid: string, promise: { pod: k8s.Pod; node: string } | undefined): void {
    if (promise !== undefined) this.#nominated.set(uid, { node: promise.node, info: podInfo(promise.pod) })
    else if (!this.#nominated.delete(uid)) return
    this.#snapshot = undefined
  }

  nominatedNode(uid: string): string | undefined {
    return this.#nominated.get(uid)?.node
  }

  #setNode(node: NodeInfo): void {
    this.#nodes.set(node.name, node)
    this.#snapshot = undefined
  }
}
