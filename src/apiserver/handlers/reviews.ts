/** Questions about who one is and what one may do: answered, not stored.
 *  Source: authentication.k8s.io/v1 and authorization.k8s.io/v1, Kubernetes v1.34. */
import { type ApiResponse, apiError, type k8s, type UserInfo } from '../../api/index.ts'
import type { Attributes } from '../auth/attributes.ts'
import type { AnyObject } from '../registry/any-object.ts'
import type { Backend, ResourceRequest } from '../server/context.ts'
import { respondJson } from '../server/response.ts'
import { readObject } from './object-body.ts'
import { presenterFor } from './present.ts'

type Answer = (backend: Backend, object: AnyObject, request: ResourceRequest) => object

function review(answer: Answer) {
  return async (backend: Backend, request: ResourceRequest): Promise<ApiResponse> => {
    const { format } = presenterFor(backend, request, 'object')
    const { object } = readObject(request)
    return respondJson(201, JSON.stringify({ ...object, status: answer(backend, object, request) }), { format })
  }
}

export const selfSubjectReview = review((_backend, _object, { user }) => ({
  userInfo: { username: user.name, groups: user.groups },
}))

export const selfSubjectAccessReview = review((backend, object, { user }) =>
  decide(backend, user, object.spec as k8s.SelfSubjectAccessReviewSpec | undefined),
)

/** Also the local one, whose namespace must be that of the URL. */
export const subjectAccessReview = review((backend, object, { namespace }) => {
  const spec = (object.spec ?? {}) as k8s.SubjectAccessReviewSpec
  if (!spec.user && !spec.groups?.length)
    throw apiError('BadRequest', 'at least one of spec.user or spec.groups must be specified')
  if (namespace !== undefined && spec.resourceAttributes?.namespace !== namespace)
    throw apiError('BadRequest', `spec.resourceAttributes.namespace must be ${namespace}`)
  return decide(backend, { name: spec.user ?? '', groups: spec.groups ?? [] }, spec)
})

/** What the user may do, as rules. All or nothing, as long as that is what the authorizer knows. */
export const selfSubjectRulesReview = review((backend, _object, { user }) => {
  const everything = backend.authorize(user, { verb: '*' }).allowed
  return {
    resourceRules: everything ? [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }] : [],
    nonResourceRules: everything ? [{ verbs: ['*'], nonResourceURLs: ['*'] }] : [],
    incomplete: false,
  }
})

/** No tokens are issued, so none is known. */
export const tokenReview = review(() => ({ authenticated: false, user: {}, error: 'this server issues no tokens' }))

function decide(
  backend: Backend,
  user: UserInfo,
  spec: k8s.SelfSubjectAccessReviewSpec | undefined,
): k8s.SubjectAccessReviewStatus {
  const { resourceAttributes, nonResourceAttributes } = spec ?? {}
  if ((resourceAttributes === undefined) === (nonResourceAttributes === undefined))
    throw apiError('BadRequest', 'exactly one of nonResourceAttributes or resourceAttributes must be specified')
  const { allowed, reason } = backend.authorize(user, attributesOf(resourceAttributes, nonResourceAttributes))
  return { allowed, ...(reason !== '' && { reason }) }
}

function attributesOf(
  resource: k8s.ResourceAttributes | undefined,
  other: k8s.NonResourceAttributes | undefined,
): Attributes {
  if (resource === undefined) return { verb: other?.verb ?? '', path: other?.path ?? '' }
  return {
    verb: resource.verb ?? '',
    resource: { group: resource.group ?? '', resource: resource.resource ?? '', subresource: resource.subresource },
    namespace: resource.namespace,
    name: resource.name,
  }
}
