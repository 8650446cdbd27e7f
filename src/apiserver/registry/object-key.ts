/** Where objects are in the store: `/registry/<group>/<plural>/[<namespace>/]<name>`; `core` is the empty group. */
import type { ObjectRef, Resource } from '../../api/index.ts'

/** The prefix of a resource's keys, of one namespace or (without one) of all. */
export function prefixOf(resource: Pick<Resource, 'group' | 'plural'>, namespace?: string): string {
  const root = `/registry/${resource.group === '' ? 'core' : resource.group}/${resource.plural}/`
  return namespace === undefined ? root : `${root}${namespace}/`
}

export function objectKey(resource: Pick<Resource, 'group' | 'plural' | 'namespaced'>, ref: ObjectRef): string {
  return prefixOf(resource, resource.namespaced ? (ref.namespace ?? '') : undefined) + ref.name
}
