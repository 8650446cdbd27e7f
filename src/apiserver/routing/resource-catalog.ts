/** Which resources are served, by the names that URLs and objects give them. */
import { apiVersionOf, type Resource, resources, type Subresource } from '../../api/index.ts'

/** Subresources that are answered; the others of Kubernetes (exec, proxy, …) are left out of discovery. */
const SERVED_SUBRESOURCES = new Set(['status', 'scale', 'binding', 'eviction', 'log', 'finalize', 'approval'])

/** Kinds of Kubernetes that say nothing here: their data lives in components that do not exist. */
const UNSERVED = new Set(['componentstatuses'])

const BUILTIN_GROUPS = new Set(resources.builtinResources.map(({ group }) => group))

/** Whether Kubernetes would know the kind only through a CustomResourceDefinition. */
export const isCustom = ({ group }: Pick<Resource, 'group'>): boolean => !BUILTIN_GROUPS.has(group)

export class ResourceCatalog {
  readonly resources: readonly Resource[]
  readonly #byPath = new Map<string, Resource>()

  constructor(resources: readonly Resource[]) {
    this.resources = resources.filter((resource) => !UNSERVED.has(resource.plural)).map(withServedSubresources)
    for (const resource of this.resources) this.#byPath.set(pathKey(resource), resource)
  }

  find(path: { group: string; version: string; resource: string }): Resource | undefined {
    return this.#byPath.get(pathKey({ ...path, plural: path.resource }))
  }

  subresource(resource: Resource, name: string): Subresource | undefined {
    return resource.subresources.find((subresource) => subresource.name === name)
  }

  /** The groups with their versions, the preferred one first, in the order they are listed. */
  groups(): { name: string; versions: string[] }[] {
    const groups = new Map<string, Set<string>>()
    for (const { group, version } of this.resources) {
      const versions = groups.get(group) ?? new Set()
      groups.set(group, versions.add(version))
    }
    return [...groups]
      .map(([name, versions]) => ({ name, versions: [...versions].sort(byPriority) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  ofVersion(group: string, version: string): Resource[] {
    return this.resources.filter((resource) => resource.group === group && resource.version === version)
  }
}

function withServedSubresources(resource: Resource): Resource {
  const subresources = resource.subresources.filter(({ name }) => SERVED_SUBRESOURCES.has(name))
  return subresources.length === resource.subresources.length ? resource : { ...resource, subresources }
}

const pathKey = (resource: { group: string; version: string; plural: string }) =>
  `${apiVersionOf(resource)}/${resource.plural}`

/** Newer generally available versions first (`v2` before `v1`), as Kubernetes prefers them. */
const byPriority = (a: string, b: string) => Number.parseInt(b.slice(1), 10) - Number.parseInt(a.slice(1), 10)
