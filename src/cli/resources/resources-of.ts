/** Reads Resources: one by its name, or those of an app. */
import { type App, APP_LABEL, apps, type BackingResource, backingResources, isApiError } from '../../api/index.ts'
import type { Cluster } from '../cluster/open-cluster.ts'
import { CliError } from '../errors.ts'
import { FOR_APP_LABEL, isBound } from './bind.ts'

/** Throws CliError `resourceUnknown`, naming all that there are, or `resourceUnknownNone`. */
export async function getResource(
  { client, namespace }: Cluster,
  name: string,
  signal: AbortSignal,
): Promise<BackingResource> {
  try {
    return await client.get(backingResources, { namespace, name }, { signal })
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error
    const { items } = await client.list(backingResources, { namespace, signal })
    throw unknownResource({ namespace, name }, items)
  }
}

export function unknownResource(
  wished: { namespace: string; name: string },
  known: readonly BackingResource[],
): CliError {
  return known.length === 0
    ? CliError.of('resourceUnknownNone', wished)
    : CliError.of('resourceUnknown', { ...wished, known: known.map(({ metadata }) => metadata.name).join(', ') })
}

export interface ResourceOfApp {
  resource: BackingResource
  /** Whether it was made for this app: by `naru add` in its name, or by its score.yaml without an `id`. */
  isOwn: boolean
  /** The other apps that are bound to it. */
  others: readonly string[]
}

/** What the app is bound to, and what was made for it, in the order of their names. The app need not exist. */
export async function resourcesOf(
  { client, namespace }: Cluster,
  name: string,
  signal: AbortSignal,
): Promise<ResourceOfApp[]> {
  const [{ items }, list] = await Promise.all([
    client.list(backingResources, { namespace, signal }),
    client.list(apps, { namespace, signal }),
  ])
  return ofApp(name, items, list.items)
}

/** Pure. */
export function ofApp(name: string, list: readonly BackingResource[], users: readonly App[]): ResourceOfApp[] {
  const byName = list.toSorted((a, b) => a.metadata.name.localeCompare(b.metadata.name))
  return byName.flatMap((resource) => {
    const bound = users.filter((app) => isBound(app, resource.metadata.name)).map((app) => app.metadata.name)
    const { labels = {} } = resource.metadata
    const isOwn = labels[FOR_APP_LABEL] === name || labels[APP_LABEL] === name
    if (!isOwn && !bound.includes(name)) return []
    return [{ resource, isOwn, others: bound.filter((other) => other !== name) }]
  })
}
