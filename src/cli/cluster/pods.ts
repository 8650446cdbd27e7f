/** Reads a pod, and says so when it is not there. */
import { isApiError, type k8s, resources } from '../../api/index.ts'
import { CliError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import type { Cluster } from './open-cluster.ts'

/** Throws CliError `podUnknown`, naming the nearest or all that there are in the namespace, or `podUnknownNone`. */
export async function getPod({ client, namespace }: Cluster, name: string, signal: AbortSignal): Promise<k8s.Pod> {
  try {
    return await client.get(resources.pods, { namespace, name }, { signal })
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error
    const { items } = await client.list(resources.pods, { namespace, signal })
    const known = items.map(({ metadata }) => metadata.name)
    const near = nearest(name, known)
    if (known.length === 0) throw CliError.of('podUnknownNone', { name, namespace })
    throw CliError.of('podUnknown', { name, namespace, known: near ?? known.join(', ') })
  }
}
