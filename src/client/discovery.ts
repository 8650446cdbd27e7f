/** What a server serves, from its aggregated discovery documents: also custom kinds and those of extension servers.
 *  Source: apidiscovery.k8s.io/v2, Kubernetes v1.34. */
import type { Resource } from '../api/index.ts'

export const AGGREGATED_DISCOVERY =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json'

export interface Discovered {
  /** Each in the best version that serves it. */
  resources: Resource[]
  /** Versions of groups (`metrics.k8s.io/v1beta1`) whose extension server does not answer: what they serve is unknown. */
  stale: string[]
}

export interface GroupDiscoveryList {
  items?: { metadata?: { name?: string }; versions?: VersionDiscovery[] }[]
}

interface VersionDiscovery {
  version: string
  freshness?: 'Current' | 'Stale'
  resources?: ResourceDiscovery[]
}

interface Kind {
  group?: string
  version?: string
  kind?: string
}

interface ResourceDiscovery {
  resource: string
  responseKind?: Kind
  scope: 'Namespaced' | 'Cluster'
  singularResource?: string
  verbs?: string[]
  shortNames?: string[]
  categories?: string[]
  subresources?: { subresource: string; responseKind?: Kind; verbs?: string[] }[]
}

export function readDiscovery(documents: readonly GroupDiscoveryList[]): Discovered {
  const best = new Map<string, Resource>()
  const stale: string[] = []
  for (const { metadata, versions = [] } of documents.flatMap(({ items = [] }) => items)) {
    const group = metadata?.name ?? ''
    // The preferred version comes first.
    for (const { version, freshness, resources = [] } of versions) {
      if (freshness === 'Stale') stale.push(`${group}/${version}`)
      for (const found of resources) {
        const key = `${group}/${found.resource}`
        if (!best.has(key)) best.set(key, toResource({ group, version }, found))
      }
    }
  }
  return { resources: [...best.values()], stale }
}

function toResource(at: { group: string; version: string }, found: ResourceDiscovery): Resource {
  return {
    ...at,
    kind: found.responseKind?.kind ?? '',
    plural: found.resource,
    singular: found.singularResource ?? '',
    namespaced: found.scope === 'Namespaced',
    shortNames: found.shortNames ?? [],
    categories: found.categories ?? [],
    verbs: found.verbs ?? [],
    subresources: (found.subresources ?? []).map(({ subresource, responseKind, verbs = [] }) => ({
      name: subresource,
      // Empty where they are those of the resource.
      group: responseKind?.version ? (responseKind.group ?? '') : at.group,
      version: responseKind?.version || at.version,
      kind: responseKind?.kind ?? '',
      verbs,
    })),
  }
}
