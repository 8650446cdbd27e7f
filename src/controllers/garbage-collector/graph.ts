/** Who owns whom, by uid: of each object only what ownership needs, so that the graph of the whole cluster is small.
 *  Source of the rules: k8s.io/kubernetes v1.34, pkg/controller/garbagecollector. */
import type { k8s, KubeObject, Resource } from '../../api/index.ts'

export const FOREGROUND = 'foregroundDeletion'
export const ORPHAN = 'orphan'

export interface GraphNode {
  uid: string
  resource: Resource
  namespace: string | undefined
  name: string
  owners: readonly k8s.OwnerReference[]
  isDeleting: boolean
  finalizers: readonly string[]
}

export function graphNode(resource: Resource, { metadata }: KubeObject): GraphNode {
  return {
    uid: metadata.uid ?? '',
    resource,
    namespace: metadata.namespace,
    name: metadata.name,
    owners: metadata.ownerReferences ?? [],
    isDeleting: metadata.deletionTimestamp !== undefined,
    finalizers: metadata.finalizers ?? [],
  }
}

/** Whether the owner waits for its dependents to go first. */
export const waitsForDependents = (node: GraphNode): boolean => node.isDeleting && node.finalizers.includes(FOREGROUND)
export const orphansDependents = (node: GraphNode): boolean => node.isDeleting && node.finalizers.includes(ORPHAN)

export class OwnershipGraph {
  readonly #nodes = new Map<string, GraphNode>()
  readonly #dependents = new Map<string, Set<string>>()

  get(uid: string): GraphNode | undefined {
    return this.#nodes.get(uid)
  }

  /** Takes the node's new state and returns the uids that must be looked at because of it. */
  put(node: GraphNode): string[] {
    const before = this.#nodes.get(node.uid)
    this.#unlink(before)
    this.#nodes.set(node.uid, node)
    for (const owner of node.owners) {
      const dependents = this.#dependents.get(owner.uid) ?? new Set()
      this.#dependents.set(owner.uid, dependents.add(node.uid))
    }
    const concerned = new Set<string>()
    if (node.owners.length > 0 || node.isDeleting) concerned.add(node.uid)
    if (waitsForDependents(node)) for (const { uid } of this.dependentsOf(node.uid)) concerned.add(uid)
    // An owner may have waited for this one to let go of it.
    for (const { uid } of before?.owners ?? []) if (this.#waits(uid)) concerned.add(uid)
    return [...concerned]
  }

  remove(uid: string): string[] {
    const node = this.#nodes.get(uid)
    this.#unlink(node)
    this.#nodes.delete(uid)
    const owners = (node?.owners ?? []).map((owner) => owner.uid).filter((owner) => this.#waits(owner))
    return [...this.dependentsOf(uid).map((dependent) => dependent.uid), ...owners]
  }

  dependentsOf(uid: string): GraphNode[] {
    return [...(this.#dependents.get(uid) ?? [])].flatMap((dependent) => this.#nodes.get(dependent) ?? [])
  }

  /** The uids of objects that name an owner of this kind which is not in the graph. */
  missingOwnersOf({ group, kind }: { group: string; kind: string }): string[] {
    const isMeant = (owner: k8s.OwnerReference) =>
      owner.kind === kind && owner.apiVersion.split('/').slice(0, -1).join('/') === group && !this.#nodes.has(owner.uid)
    return [...this.#nodes.values()].filter(({ owners }) => owners.some(isMeant)).map(({ uid }) => uid)
  }

  #waits(uid: string): boolean {
    const node = this.#nodes.get(uid)
    return node !== undefined && waitsForDependents(node)
  }

  #unlink(node: GraphNode | undefined): void {
    for (const { uid } of node?.owners ?? []) {
      const dependents = this.#dependents.get(uid)
      dependents?.delete(node?.uid ?? '')
      if (dependents?.size === 0) this.#dependents.delete(uid)
    }
  }
}
