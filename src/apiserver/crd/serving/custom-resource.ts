/** A version of a CustomResourceDefinition as a resource of the API. */
import type { Resource, Subresource } from '../../../api/index.ts'
import { type Definition, isTrue, type Version } from '../definition/definition.ts'

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
/** What is left to be done while a definition goes; the others are still answered, so that finalizers can be removed.
 *  Source: k8s.io/apiextensions-apiserver v0.34, customresource_discovery_controller.go. */
const TERMINATING_VERBS = ['delete', 'deletecollection', 'get', 'list', 'watch']
const SUBRESOURCE_VERBS = ['get', 'patch', 'update']

/** Goes by the names that were accepted. */
export function customResource(definition: Definition, version: Version): Resource {
  const { spec, status } = definition
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
    ...(isTrue(definition, 'Terminating') && { listedVerbs: TERMINATING_VERBS }),
    subresources,
  }
}
