/** Every resource Naru serves: Kubernetes' own, Naru's, and the Gateway API's. */
import { apps, releases } from './app-types.ts'
import { backingResources, provisioners } from './backing-types.ts'
import { gatewayclasses, gateways, httproutes, referencegrants } from './gateway-types.ts'
import { builtinResources } from './generated/resources.ts'
import { apiVersionOf, type Resource } from './resource.ts'

export const allResources: readonly Resource[] = [
  ...builtinResources,
  apps,
  releases,
  backingResources,
  provisioners,
  gatewayclasses,
  gateways,
  httproutes,
  referencegrants,
]

const byKind: ReadonlyMap<string, Resource> = new Map(
  allResources.map((resource) => [`${apiVersionOf(resource)}/${resource.kind}`, resource]),
)

/** `apiVersion` as objects carry it: `v1`, `apps/v1`. */
export function findResourceByKind(apiVersion: string, kind: string): Resource | undefined {
  return byKind.get(`${apiVersion}/${kind}`)
}
