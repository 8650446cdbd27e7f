/** What a listing of all namespaces shows to who may not see all of them. */
import { isApiError, type KubeObject, type Resource } from '../../api/index.ts'
import type { Cluster } from './open-cluster.ts'

/** Those of `namespace`; without one of all namespaces, or, where that is forbidden, of the context's. */
export async function listVisible<T extends KubeObject>(
  { client, namespace: own }: Pick<Cluster, 'client' | 'namespace'>,
  resource: Resource<T>,
  { namespace, ...given }: { namespace?: string | undefined; labelSelector?: string; signal: AbortSignal },
): Promise<T[]> {
  try {
    return (await client.list(resource, { ...(namespace !== undefined && { namespace }), ...given })).items
  } catch (error) {
    if (namespace !== undefined || !isApiError(error, 'Forbidden')) throw error
    return (await client.list(resource, { namespace: own, ...given })).items
  }
}
