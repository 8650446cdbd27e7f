/** What an extension server says it serves, in the form this server keeps resources in. What it says is not trusted to be
 *  well formed. Source: metav1.APIResourceList, v1.34. */
import type { k8s, Resource, Subresource } from '../../api/index.ts'

const MAX_RESOURCES = 1000

/** Throws an Error that says what is wrong with the document. */
export function resourcesIn(text: string, { group, version }: { group: string; version: string }): Resource[] {
  const list = JSON.parse(text) as Partial<k8s.APIResourceList> | null
  if (list?.kind !== 'APIResourceList' || !Array.isArray(list.resources)) throw new Error('not an APIResourceList')
  const entries = list.resources.slice(0, MAX_RESOURCES).filter(isEntry)
  const parts = Map.groupBy(
    entries.filter(({ name }) => name.includes('/')),
    ({ name }) => name.slice(0, name.indexOf('/')),
  )
  return entries
    .filter(({ name }) => !name.includes('/'))
    .map((entry) => ({
      group,
      version,
      kind: entry.kind,
      plural: entry.name,
      singular: textOf(entry.singularName) ?? '',
      namespaced: (entry.namespaced as unknown) === true,
      shortNames: textsOf(entry.shortNames),
      categories: textsOf(entry.categories),
      verbs: textsOf(entry.verbs),
      subresources: (parts.get(entry.name) ?? []).map((part) => subresource(part, { group, version })),
    }))
}

function isEntry(value: unknown): value is k8s.APIResource {
  const entry = value as Partial<k8s.APIResource> | null
  return typeof entry?.name === 'string' && typeof entry.kind === 'string' && Array.isArray(entry.verbs)
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((text) => typeof text === 'string') : []

const subresource = (part: k8s.APIResource, own: { group: string; version: string }): Subresource => ({
  name: part.name.slice(part.name.indexOf('/') + 1),
  group: textOf(part.group) ?? own.group,
  version: textOf(part.version) ?? own.version,
  kind: part.kind,
  verbs: textsOf(part.verbs),
})
