/** Which resources are served, by the names that URLs and objects give them. */
import { invariant } from '../../lib/index.ts'
import { apiVersionOf, type Resource, type Subresource } from '../../api/index.ts'
import { builtinModel } from '../kinds/builtin-model.ts'
import type { KindModel } from '../kinds/kind-model.ts'
import { compareGroups } from '../aggregation/group-priority.ts'
import { compareVersions } from './version-priority.ts'

export interface ServedKind {
  resource: Resource
  model: KindModel
}

export class ResourceCatalog {
  readonly #builtin: readonly ServedKind[]
  #custom: readonly ServedKind[] = []
  #kinds: readonly ServedKind[] = []
  #resources: readonly Resource[] = []
  #byPath: ReadonlyMap<string, ServedKind> = new Map()
  #generation = 0
  /** Also of kinds that were served before: requests that have begun go on. */
  readonly #models = new WeakMap<object, KindModel>()
  readonly #listeners = new Set<() => void>()

  constructor(resources: readonly Resource[]) {
    this.#builtin = resources.map((resource) => ({ resource, model: builtinModel(resource) }))
    this.setCustom([])
  }

  get kinds(): readonly ServedKind[] {
    return this.#kinds
  }

  get resources(): readonly Resource[] {
    return this.#resources
  }

  /** Grows whenever other resources are served: documents made from the catalog hold until then. */
  get generation(): number {
    return this.#generation
  }

  /** The kinds that CustomResourceDefinitions bring, in place of those told before. */
  setCustom(kinds: readonly ServedKind[]): void {
    this.#custom = kinds
    const served = [...this.#builtin, ...kinds]
    this.#kinds = served
    this.#resources = served.map(({ resource }) => resource)
    this.#byPath = new Map(served.map((kind) => [pathKey(kind.resource), kind]))
    for (const kind of served) this.remember(kind)
    this.#generation++
    for (const listener of this.#listeners) listener()
  }

  /** The returned function ends it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  get custom(): readonly ServedKind[] {
    return this.#custom
  }

  find(path: { group: string; version: string; resource: string }): Resource | undefined {
    return this.#byPath.get(keyOf(path.group, path.version, path.resource))?.resource
  }

  /** Of a resource that is served, or was when the request came in. */
  modelOf(resource: Pick<Resource, 'group' | 'version' | 'plural'>): KindModel {
    const known = this.#models.get(resource)
    if (known !== undefined) return known
    const kind = this.#byPath.get(pathKey(resource))
    invariant(kind !== undefined, `${apiVersionOf(resource)} ${resource.plural} is not served`)
    return kind.model
  }

  /** Lets `modelOf` know a kind that is not served. */
  remember({ resource, model }: ServedKind): void {
    this.#models.set(resource, model)
  }

  subresource(resource: Resource, name: string): Subresource | undefined {
    return resource.subresources.find((subresource) => subresource.name === name)
  }

  /** The groups with their versions, the preferred ones first. */
  groups(): { name: string; versions: string[] }[] {
    const groups = new Map<string, Set<string>>()
    for (const { group, version } of this.resources) {
      const versions = groups.get(group) ?? new Set()
      groups.set(group, versions.add(version))
    }
    return [...groups]
      .map(([name, versions]) => ({ name, versions: [...versions].sort(compareVersions) }))
      .sort((a, b) => compareGroups(a.name, b.name))
  }

  ofVersion(group: string, version: string): Resource[] {
    return this.resources.filter((resource) => resource.group === group && resource.version === version)
  }
}

const pathKey = ({ group, version, plural }: { group: string; version: string; plural: string }) =>
  keyOf(group, version, plural)
const keyOf = (group: string, version: string, plural: string) => `${group}/${version}/${plural}`
