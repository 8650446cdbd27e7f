/** Deletes what a namespace holds, and says what is left. */
import { ApiError, isApiError, type KubeObject, qualifiedName, type Resource, resources } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import { errorMessage } from '../../lib/index.ts'
import { deletableResources } from '../objects/index.ts'

const PAGE = 500

export interface RemainingContent {
  /** Objects still there, by resource. */
  counts: Map<string, number>
  /** How many of them wait for each finalizer. */
  finalizers: Map<string, number>
  failures: string[]
  /** Versions of groups whose server does not answer: what it holds of the namespace is not known. */
  unknown: string[]
  /** Seconds that the slowest pod may still take to end; 0 without pods. */
  graceSeconds: number
}

/** One pass over all namespaced resources. Pods go first: while any is left they may need the rest (their secrets, the
 *  network policies that hold them). What is being deleted already is counted, not deleted again. */
export async function deleteContent(client: Client, namespace: string): Promise<RemainingContent> {
  const remaining: RemainingContent = {
    counts: new Map(),
    finalizers: new Map(),
    failures: [],
    unknown: [],
    graceSeconds: 0,
  }
  await deleteAll(client, resources.pods, { namespace, remaining })
  if (remaining.counts.size > 0 || remaining.failures.length > 0) return remaining
  const served = await client.discover()
  remaining.unknown = served.stale
  for (const resource of deletableResources(served.resources, { withEvents: true }))
    if (resource.namespaced && qualifiedName(resource) !== qualifiedName(resources.pods))
      await deleteAll(client, resource, { namespace, remaining })
  return remaining
}

async function deleteAll(
  client: Client,
  resource: Resource,
  { namespace, remaining }: { namespace: string; remaining: RemainingContent },
): Promise<void> {
  try {
    for await (const object of allObjects(client, resource, namespace)) await deleteObject(client, resource, object)
    for await (const object of allObjects(client, resource, namespace)) count(remaining, resource, object)
  } catch (error) {
    // A resource that this server does not serve has no objects.
    if (!isApiError(error, 'NotFound')) remaining.failures.push(`${qualifiedName(resource)}: ${errorMessage(error)}`)
  }
}

async function* allObjects(client: Client, resource: Resource, namespace: string): AsyncGenerator<KubeObject> {
  let page: string | undefined
  do {
    const list = await client.list(resource, { namespace, limit: PAGE, ...(page && { continue: page }) })
    yield* list.items
    page = list.metadata.continue || undefined
  } while (page !== undefined)
}

async function deleteObject(client: Client, resource: Resource, { metadata }: KubeObject): Promise<void> {
  if (metadata.deletionTimestamp !== undefined) return
  try {
    await client.delete(resource, metadata, { propagationPolicy: 'Background' })
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'NotFound') throw error
  }
}

function count(remaining: RemainingContent, resource: Resource, { metadata }: KubeObject): void {
  const name = `${resource.plural}.${resource.group}`
  remaining.counts.set(name, (remaining.counts.get(name) ?? 0) + 1)
  for (const finalizer of metadata.finalizers ?? [])
    remaining.finalizers.set(finalizer, (remaining.finalizers.get(finalizer) ?? 0) + 1)
  if (resource.plural === 'pods')
    remaining.graceSeconds = Math.max(remaining.graceSeconds, metadata.deletionGracePeriodSeconds ?? 0)
}
