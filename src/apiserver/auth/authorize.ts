/** Who may do what. For now: members of `system:masters` everything, anybody else nothing. The one seam for RBAC. */
import { type ApiError, apiError, qualifiedName, type Resource, type UserInfo } from '../../api/index.ts'
import type { RequestInfo } from '../routing/request-info.ts'

export interface Attributes {
  verb: string
  /** Set for requests on resources. */
  resource?: { group: string; resource: string; subresource?: string | undefined }
  namespace?: string | undefined
  name?: string | undefined
  /** Set for requests on other paths. */
  path?: string
}

export interface Decision {
  allowed: boolean
  reason: string
}

export type Authorize = (user: UserInfo, attributes: Attributes) => Decision

const SUPERUSERS = 'system:masters'

export const authorizeMasters: Authorize = (user) =>
  user.groups.includes(SUPERUSERS)
    ? { allowed: true, reason: `member of ${SUPERUSERS}` }
    : { allowed: false, reason: '' }

export function attributesOf(info: RequestInfo): Attributes {
  const { target, verb, path } = info
  if (target === undefined) return { verb, path }
  return {
    verb,
    resource: { group: target.group, resource: target.resource, subresource: target.subresource },
    namespace: target.resource === 'namespaces' ? (target.name ?? '') : target.namespace,
    name: target.name,
  }
}

/** Source of the wording: k8s.io/apiserver v0.34, endpoints/handlers/responsewriters (`forbiddenMessage`). */
export function forbidden(user: UserInfo, attributes: Attributes, decision: Decision, resource?: Resource): ApiError {
  const who = `User ${JSON.stringify(user.name)} cannot ${attributes.verb}`
  const why = decision.reason === '' ? '' : `: ${decision.reason}`
  if (attributes.resource === undefined)
    return apiError('Forbidden', `forbidden: ${who} path ${JSON.stringify(attributes.path ?? '')}${why}`)
  const { group, resource: plural, subresource } = attributes.resource
  const named = subresource === undefined ? plural : `${plural}/${subresource}`
  const scope =
    resource?.namespaced === false || !attributes.namespace
      ? 'at the cluster scope'
      : `in the namespace "${attributes.namespace}"`
  const subject = attributes.name
    ? `${qualifiedName({ group, plural })} "${attributes.name}"`
    : qualifiedName({ group, plural })
  return apiError(
    'Forbidden',
    `${subject} is forbidden: ${who} resource "${named}" in API group "${group}" ${scope}${why}`,
    {
      subject: { group, kind: plural, ...(attributes.name && { name: attributes.name }) },
    },
  )
}
