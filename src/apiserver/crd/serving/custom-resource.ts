/** A version of a CustomResourceDefinition as a resource of the API. */
import type { Resource, Subresource } from '../../../api/index.ts'
import type { Definition, Version } from '../definition/definition.ts'

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
const SUBRESOURCE_VERBS = ['get', 'patch', 'update']

/** Goes by the names that were accepted. */
export function customResource({ spec, status }: Definition, version: Version): Resource {
  const names = status?.acceptedNames ?? spec.names
  const { group } = spec
  const { kind, plural } = names
  const subresources: Subresource[] = []
  if (version.subresources?.status)
    subresources.push({ name: 'status', group, version: version.name, kind, verbs: SUBRESOURCE_VERBS })
  if (version.subresources?.scale)
    subresources.push({ name: 'scale', group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: SUBRESOURCE_VERBS })
  return {
    group,
    version: version.name,
    kind,
    listKind: names.listKind ?? `${kind}List`,
    plural,
    singular: names.singular ?? kind.toLowerCase(),
    namespaced: spec.scope === 'Namespaced',
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    verbs: VERBS,
    subresources,
  }
}
