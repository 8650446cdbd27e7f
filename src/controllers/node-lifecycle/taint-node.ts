/** Gives a node the taints that its conditions ask for. */
import { isApiError, type k8s, resources } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import { type Clock, toKubernetesTime } from '../../lib/index.ts'
import { semanticallyEqual } from '../objects/index.ts'
import { wishedTaints } from './taints.ts'

/** The node as it is then. One that changed meanwhile is left: its change asks for another look. */
export async function taintNode(
  { client, clock }: { client: Client; clock: Clock },
  node: k8s.Node,
): Promise<k8s.Node> {
  const taints = wishedTaints(node, toKubernetesTime(clock.now()))
  if (semanticallyEqual(taints, node.spec?.taints)) return node
  const { resourceVersion, uid } = node.metadata
  const patch = { metadata: { resourceVersion, uid }, spec: { taints: taints.length === 0 ? null : taints } }
  try {
    return await client.patch(resources.nodes, node.metadata, patch)
  } catch (error) {
    if (isApiError(error, 'NotFound', 'Conflict')) return node
    throw error
  }
}
