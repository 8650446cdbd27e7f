/** Looks at one object of the graph: lets it go, deletes it after its owners, or frees its dependents. */
import { isApiError, type k8s, type KubeObject, type Resource } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import { decide, type OwnerState } from './decide.ts'
import {
  FOREGROUND,
  type GraphNode,
  ORPHAN,
  type OwnershipGraph,
  orphansDependents,
  waitsForDependents,
} from './graph.ts'

export interface GarbageCollector {
  client: Client
  graph: OwnershipGraph
  /** The resource of a kind, when this cluster serves it. */
  resourceOf: (apiVersion: string, kind: string) => Resource | undefined
}

export async function reconcileNode(collector: GarbageCollector, uid: string): Promise<void> {
  const node = collector.graph.get(uid)
  if (node === undefined) return
  if (orphansDependents(node)) return await orphanDependents(collector, node)
  if (waitsForDependents(node)) return await finishForeground(collector, node)
  if (node.isDeleting || node.owners.length === 0) return
  const owners = []
  for (const reference of node.owners) owners.push({ reference, state: await ownerState(collector, node, reference) })
  const dependents = collector.graph.dependentsOf(uid)
  const verdict = decide(owners, dependents.length > 0)
  if (verdict.do === 'dropReferences') await dropReferences(collector, node, verdict.uids)
  if (verdict.do !== 'delete') return
  // Owner and dependent both wait: probably a circle, in which each would wait for the next without end.
  if (verdict.foreground && dependents.some(waitsForDependents)) await unblockOwners(collector, node)
  await deleteNode(collector, node, verdict.foreground)
}

/** The graph may be behind: that an owner is gone is believed only when the server says so. */
async function ownerState(
  { client, graph, resourceOf }: GarbageCollector,
  node: GraphNode,
  reference: k8s.OwnerReference,
): Promise<OwnerState> {
  const owner = graph.get(reference.uid)
  if (owner !== undefined) {
    // An owner in another namespace is no owner.
    if (owner.namespace !== undefined && owner.namespace !== node.namespace) return 'absent'
    return waitsForDependents(owner) ? 'waiting' : 'solid'
  }
  const resource = resourceOf(reference.apiVersion, reference.kind)
  // Of a kind that nobody here knows nothing can be said; deleting would be past mending.
  if (resource === undefined) return 'solid'
  const namespace = resource.namespaced ? node.namespace : undefined
  const live = await getLive(client, resource, { namespace, name: reference.name })
  return live?.metadata.uid === reference.uid ? 'solid' : 'absent'
}

async function finishForeground({ client, graph }: GarbageCollector, node: GraphNode): Promise<void> {
  const blocking = graph
    .dependentsOf(node.uid)
    .filter(({ owners }) => owners.some(({ uid, blockOwnerDeletion }) => uid === node.uid && blockOwnerDeletion))
  if (blocking.length === 0) await removeFinalizer(client, node, FOREGROUND)
}

async function orphanDependents(collector: GarbageCollector, node: GraphNode): Promise<void> {
  for (const dependent of collector.graph.dependentsOf(node.uid)) await dropReferences(collector, dependent, [node.uid])
  await removeFinalizer(collector.client, node, ORPHAN)
}

async function dropReferences({ client }: GarbageCollector, node: GraphNode, uids: readonly string[]): Promise<void> {
  await patchLive(client, node, ({ ownerReferences = [] }) => {
    const kept = ownerReferences.filter(({ uid }) => !uids.includes(uid))
    return kept.length < ownerReferences.length ? { ownerReferences: kept.length === 0 ? null : kept } : undefined
  })
}

/** Its owners need no longer wait for it. */
async function unblockOwners({ client }: GarbageCollector, node: GraphNode): Promise<void> {
  await patchLive(client, node, ({ ownerReferences = [] }) =>
    ownerReferences.some(({ blockOwnerDeletion }) => blockOwnerDeletion)
      ? { ownerReferences: ownerReferences.map((reference) => ({ ...reference, blockOwnerDeletion: false })) }
      : undefined,
  )
}

async function removeFinalizer(client: Client, node: GraphNode, finalizer: string): Promise<void> {
  await patchLive(client, node, ({ finalizers = [] }) => {
    const kept = finalizers.filter((name) => name !== finalizer)
    return kept.length < finalizers.length ? { finalizers: kept.length === 0 ? null : kept } : undefined
  })
}

async function deleteNode({ client }: GarbageCollector, node: GraphNode, foreground: boolean): Promise<void> {
  const live = await getLive(client, node.resource, node)
  if (live === undefined || live.metadata.uid !== node.uid || live.metadata.deletionTimestamp !== undefined) return
  // Someone gave it another owner meanwhile: the event of that asks for it again.
  if (!sameOwners(live.metadata.ownerReferences, node.owners)) return
  const finalizers = live.metadata.finalizers ?? []
  const propagationPolicy = finalizers.includes(ORPHAN)
    ? 'Orphan'
    : foreground || finalizers.includes(FOREGROUND)
      ? 'Foreground'
      : 'Background'
  const { uid = '', resourceVersion = '' } = live.metadata
  try {
    await client.delete(node.resource, node, { propagationPolicy, preconditions: { uid, resourceVersion } })
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error
  }
}

const sameOwners = (a: readonly k8s.OwnerReference[] = [], b: readonly k8s.OwnerReference[]) =>
  a.length === b.length && a.every(({ uid }) => b.some((other) => other.uid === uid))

async function patchLive(
  client: Client,
  node: GraphNode,
  change: (metadata: k8s.ObjectMeta) => object | undefined,
): Promise<void> {
  const live = await getLive(client, node.resource, node)
  if (live === undefined || live.metadata.uid !== node.uid) return
  const metadata = change(live.metadata)
  if (metadata === undefined) return
  const { uid, resourceVersion } = live.metadata
  try {
    await client.patch(node.resource, node, { metadata: { uid, resourceVersion, ...metadata } })
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error
  }
}

async function getLive(
  client: Client,
  resource: Resource,
  { namespace, name }: { namespace: string | undefined; name: string },
): Promise<KubeObject | undefined> {
  try {
    return await client.get(resource, { namespace, name })
  } catch (error) {
    if (isApiError(error, 'NotFound')) return undefined
    throw error
  }
}
