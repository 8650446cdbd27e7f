/** Writes a Resource: makes it, or changes what is asked for of one that is there. */
import { type BackingResource, backingResources, isApiError } from '../../api/index.ts'
import type { Cluster } from '../cluster/open-cluster.ts'
import { CliError } from '../errors.ts'
import { FOR_APP_LABEL } from './bind.ts'

export interface WishedResource {
  name: string
  spec: BackingResource['spec']
  /** The app that shall be bound to it at its first deploy. */
  forApp?: string | undefined
  /** Beside those that Naru puts on it. */
  labels?: Record<string, string> | undefined
  annotations?: Record<string, string> | undefined
  signal: AbortSignal
}

/** Throws CliError `resourceTaken` for one of another type. */
export async function applyResource(
  { client, namespace }: Pick<Cluster, 'client' | 'namespace'>,
  { name, spec, forApp, labels: own, annotations, signal }: WishedResource,
): Promise<BackingResource> {
  const labels = { ...own, ...(forApp !== undefined && { [FOR_APP_LABEL]: forApp }) }
  const marks = { labels, ...(annotations && { annotations }) }
  try {
    return await client.create(backingResources, { metadata: { namespace, name, ...marks }, spec }, { signal })
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error
  }
  const present = await client.get(backingResources, { namespace, name }, { signal })
  const { type, class: kind = 'default', ...changes } = spec
  if (present.spec.type !== type || (present.spec.class ?? 'default') !== kind)
    throw CliError.of('resourceTaken', { name, type: present.spec.type })
  return client.patch(backingResources, present.metadata, { metadata: marks, spec: changes }, { signal })
}
