/** Which resources a quota names: Kubernetes' own, and those that CustomResourceDefinitions bring. */
import { allResources, type k8s, qualifiedName, type Resource } from '../../api/index.ts'
import { isQuotaIgnored, quotaEvaluator } from '../../api/machinery.ts'

export function trackedResources(
  { spec }: k8s.ResourceQuota,
  definitions: readonly k8s.CustomResourceDefinition[],
): Resource[] {
  const names = Object.keys(spec?.hard ?? {})
  const custom = names.some((name) => name.startsWith('count/')) ? definitions.flatMap(definedResource) : []
  const tracked = [...COUNTABLE, ...custom].filter((resource) => {
    const evaluator = quotaEvaluator(resource)
    return names.some((name) => evaluator.charges(name))
  })
  // Several versions of a resource are the same objects.
  return [...new Map(tracked.map((resource) => [qualifiedName(resource), resource])).values()]
}

const COUNTABLE = allResources.filter(
  (resource) =>
    resource.namespaced &&
    resource.verbs.includes('list') &&
    resource.verbs.includes('watch') &&
    !isQuotaIgnored(resource),
)

function definedResource({ spec }: k8s.CustomResourceDefinition): Resource[] {
  const version = spec.versions.find(({ served }) => served)
  if (spec.scope !== 'Namespaced' || version === undefined) return []
  const { plural, kind, singular = '' } = spec.names
  return [
    {
      group: spec.group,
      version: version.name,
      kind,
      plural,
      singular,
      namespaced: true,
      shortNames: [],
      categories: [],
      verbs: ['list', 'watch'],
      subresources: [],
    },
  ]
}
