/** Aggregated discovery: all groups, versions and resources in one document.
 *  Source: apidiscovery.k8s.io/v2, Kubernetes v1.34. */
import type { Resource } from '../../api/index.ts'
import type { Conversion } from '../server/media-types.ts'
import type { Served } from './served.ts'

export const isAggregated = ({ as, group, version }: Conversion): boolean =>
  as === 'APIGroupDiscoveryList' && group === 'apidiscovery.k8s.io' && version === 'v2'

export const AGGREGATED_TYPE = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'

/** The core group for `/api`, the others for `/apis`. */
export function aggregatedDiscovery(served: Served, root: 'api' | 'apis'): object {
  const groups = served.groups().filter(({ name }) => (name === '') === (root === 'api'))
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map(({ name, versions }) => ({
      metadata: { ...(name !== '' && { name }), creationTimestamp: null },
      versions: versions.map((version) => ({
        version,
        resources: served.ofVersion(name, version).map(resourceOf),
        freshness: served.isStale(name, version) ? 'Stale' : 'Current',
      })),
    })),
  }
}

function resourceOf(resource: Resource): object {
  const { shortNames, categories, subresources } = resource
  return {
    resource: resource.plural,
    responseKind: responseKind(resource, resource),
    scope: resource.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: resource.singular,
    verbs: resource.listedVerbs ?? resource.verbs,
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
    ...(subresources.length > 0 && {
      subresources: subresources.map((part) => ({
        subresource: part.name,
        responseKind: responseKind(part, resource),
        verbs: part.verbs,
      })),
    }),
  }
}

/** Group and version go without saying where they are those of the resource. */
function responseKind({ group, version, kind }: Pick<Resource, 'group' | 'version' | 'kind'>, of: Resource): object {
  return group === of.group && version === of.version ? { group: '', version: '', kind } : { group, version, kind }
}
