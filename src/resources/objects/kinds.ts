/** What may be made for a Resource. */
import { apiVersionOf, type KubeObject, PROVISIONED_KINDS, type Resource, resources } from '../../api/index.ts'
import { invariant } from '../../lib/index.ts'
import { ResourceFailure } from '../errors.ts'

/** The kinds of PROVISIONED_KINDS, and what is made beside them. */
export const PROVISIONED: readonly Resource[] = [
  resources.configmaps,
  resources.persistentvolumeclaims,
  resources.secrets,
  resources.services,
  resources.deployments,
  resources.statefulsets,
  resources.networkpolicies,
  resources.cronjobs,
]

const byKind: ReadonlyMap<string, Resource> = new Map(
  PROVISIONED.map((resource) => [`${apiVersionOf(resource)}/${resource.kind}`, resource]),
)
invariant(
  PROVISIONED_KINDS.every((kind) => byKind.has(kind)),
  'a kind that Provisioners may name is not known here',
)

/** Throws ResourceFailure. */
export function resourceOf({ apiVersion, kind }: KubeObject): Resource {
  const resource = byKind.get(`${apiVersion}/${kind}`)
  if (resource !== undefined) return resource
  throw new ResourceFailure(
    'InvalidProvisioner',
    `a Provisioner makes no ${apiVersion}/${kind}; what it makes: ${PROVISIONED_KINDS.join(', ')}`,
  )
}
