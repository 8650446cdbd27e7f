/** How apps come to their Resources. Pure but for reading. */
import {
  type App,
  type AppBinding,
  type BackingResource,
  backingResources,
  type ResourceVariable,
} from '../../api/index.ts'
import type { Client } from '../../client/index.ts'

/** On a Resource that was added for an app, maybe before its first deploy: the app's name. */
export const FOR_APP_LABEL = 'apps.naru.dev/for-app'

/** Of the app that is deployed for the first time: what was added for it. */
export async function bindingsBefore(
  client: Client,
  { namespace, name, signal }: { namespace: string; name: string; signal: AbortSignal },
): Promise<AppBinding[] | undefined> {
  const labelSelector = `${FOR_APP_LABEL}=${name}`
  const { items } = await client.list(backingResources, { namespace, labelSelector, signal })
  if (items.length === 0) return undefined
  return items.toSorted(byAge).reduce<AppBinding[]>((bindings, resource) => withBinding(bindings, resource, items), [])
}

const byAge = (a: BackingResource, b: BackingResource): number =>
  (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? '') ||
  a.metadata.name.localeCompare(b.metadata.name)

/** With one more. Its variables get its name in front when another one has given some of the same names. */
export function withBinding(
  bindings: readonly AppBinding[],
  resource: BackingResource,
  known: readonly BackingResource[],
): AppBinding[] {
  const { name } = resource.metadata
  if (bindings.some((binding) => binding.resource === name)) return [...bindings]
  const taken = new Set(
    bindings.flatMap(({ resource: other, prefix = '' }) =>
      namesOf(known.find(({ metadata }) => metadata.name === other)?.status?.environment).map((each) => prefix + each),
    ),
  )
  const isTaken = namesOf(resource.status?.environment).some((each) => taken.has(each))
  return [...bindings, { resource: name, ...(isTaken && { prefix: `${name.toUpperCase().replaceAll('-', '_')}_` }) }]
}

const namesOf = (variables: readonly ResourceVariable[] = []): string[] => variables.map(({ name }) => name)

export const isBound = ({ spec }: App, resource: string): boolean =>
  spec.bindings?.some((binding) => binding.resource === resource) ?? false
