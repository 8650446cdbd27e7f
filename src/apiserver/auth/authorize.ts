/** Who may do what: authorizers are asked in order, and whoever allows decides. None of them forbids.
 *  Source: k8s.io/apiserver v0.34, pkg/authorization/union, authorizerfactory (`NewPrivilegedGroups`) and
 *  endpoints/handlers/responsewriters (`forbiddenMessage`). */
import { type ApiError, apiError, qualifiedName, type UserInfo } from '../../api/index.ts'
import type { Attributes } from './attributes.ts'

export interface Decision {
  allowed: boolean
  /** Why, when an authorizer says so; may be empty. */
  reason: string
}

export type Authorize = (user: UserInfo, attributes: Attributes) => Decision

/** Its members may do everything, whatever roles say: the way back in when roles were broken. */
export const SUPERUSERS = 'system:masters'

const ALLOWED: Decision = { allowed: true, reason: '' }

/** Superusers everything; others what one of `authorizers` allows. */
export function authorizeByAnyOf(authorizers: readonly Authorize[]): Authorize {
  return (user, attributes) => {
    if (user.groups.includes(SUPERUSERS)) return ALLOWED
    const reasons: string[] = []
    for (const authorize of authorizers) {
      const decision = authorize(user, attributes)
      if (decision.allowed) return decision
      if (decision.reason !== '') reasons.push(decision.reason)
    }
    return { allowed: false, reason: reasons.join('\n') }
  }
}

export function forbidden(user: UserInfo, attributes: Attributes, { reason }: Decision): ApiError {
  const { resource, name } = attributes
  const what = escapeHtml(refusal(user, attributes))
  const why = reason === '' ? what : `${what}: ${reason}`
  if (resource === undefined) return apiError('Forbidden', `forbidden: ${why}`)
  const plural = { group: resource.group, plural: resource.resource }
  const subject = name ? `${qualifiedName(plural)} ${JSON.stringify(name)}` : qualifiedName(plural)
  return apiError('Forbidden', `${subject} is forbidden: ${why}`, {
    subject: { group: resource.group, kind: resource.resource, ...(name && { name }) },
  })
}

function refusal(user: UserInfo, { verb, resource, namespace, path = '' }: Attributes): string {
  const who = `User ${JSON.stringify(user.name)} cannot ${verb}`
  if (resource === undefined) return `${who} path ${JSON.stringify(path)}`
  const named = resource.subresource ? `${resource.resource}/${resource.subresource}` : resource.resource
  const scope = namespace ? `in the namespace ${JSON.stringify(namespace)}` : 'at the cluster scope'
  return `${who} resource ${JSON.stringify(named)} in API group ${JSON.stringify(resource.group)} ${scope}`
}

/** What a user wrote into a URL must not become markup in a browser. */
const escapeHtml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
