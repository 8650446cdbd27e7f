/** What a kind is to the API: its names, scope and verbs. `T` is the type of its objects (compile time only). */
import type { KubeObject } from './object.ts'

export interface Subresource {
  /** `status`, `scale`, `log`, … */
  name: string
  /** The kind the subresource speaks, which may differ from the resource's (`autoscaling/v1` `Scale`). */
  group: string
  version: string
  kind: string
  verbs: readonly string[]
}

export interface Resource<T extends KubeObject = KubeObject> {
  /** API group; empty for the core group. */
  group: string
  version: string
  kind: string
  /** Missing: the kind with `List` behind it. */
  listKind?: string
  plural: string
  singular: string
  namespaced: boolean
  shortNames: readonly string[]
  categories: readonly string[]
  verbs: readonly string[]
  /** What discovery lists; missing: all of `verbs`. */
  listedVerbs?: readonly string[]
  subresources: readonly Subresource[]
  /** Never present: binds the object's type to the descriptor. */
  readonly __type?: T
}

/** `apps/v1`, or `v1` for the core group. */
export function apiVersionOf(resource: { group: string; version: string }): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`
}

/** `deployments.apps`, as error messages name a resource; `pods` for the core group. */
export function qualifiedName(resource: { group: string; plural: string }): string {
  return resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`
}

/** The URL path of a resource's collection (no `name`), of an object, or of a subresource. */
export function pathOf(
  resource: { group: string; version: string; plural: string; namespaced: boolean },
  ref: { namespace?: string | undefined; name?: string | undefined; subresource?: string | undefined } = {},
): string {
  const root = resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`
  const scope = resource.namespaced && ref.namespace ? `/namespaces/${encodeURIComponent(ref.namespace)}` : ''
  const name = ref.name === undefined ? '' : `/${encodeURIComponent(ref.name)}`
  const subresource = ref.subresource === undefined ? '' : `/${ref.subresource}`
  return `${root}${scope}/${resource.plural}${name}${subresource}`
}
