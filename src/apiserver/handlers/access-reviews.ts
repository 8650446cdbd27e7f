/** Questions about who one is and what one or another may do: answered, not stored.
 *  Source: kubernetes v1.34, pkg/registry/authorization and pkg/registry/authentication/selfsubjectreview. */
import { type ApiResponse, apiError, invalid, type k8s, type UserInfo } from '../../api/index.ts'
import { type AccessReviewKind, validateAccessReview } from '../../api/machinery.ts'
import { nodeNameOf } from '../auth/node/node-authorizer.ts'
import { aggregated } from '../auth/rbac/index.ts'
import { questionOf } from '../auth/review-attributes.ts'
import type { AnyObject } from '../registry/any-object.ts'
import { checkNamespace } from '../registry/metadata.ts'
import type { Backend, ResourceRequest } from '../server/context.ts'
import { negotiate } from '../server/media-types.ts'
import { respondJson } from '../server/response.ts'
import { readObject } from './object-body.ts'

type Handler = (backend: Backend, request: ResourceRequest) => Promise<ApiResponse>

/** A body that is answered with an object. */
function answered(answer: (backend: Backend, object: AnyObject, request: ResourceRequest) => object): Handler {
  return async (backend, request) => {
    // An answer has no rows and is not kept: it is given as it is, or not at all.
    const format = negotiate(request.request.headers.accept, () => false)
    const { object } = readObject(request)
    const namespace = request.resource.namespaced ? request.namespace : undefined
    checkNamespace(object, namespace)
    if (namespace !== undefined) object.metadata.namespace = namespace
    return respondJson(201, JSON.stringify(answer(backend, object, request)), { format })
  }
}

const accessReview = (kind: AccessReviewKind): Handler =>
  answered((backend, object, { resource, user }) => {
    const errors = validateAccessReview(object, kind)
    if (errors.length > 0) throw invalid(resource, '', errors)
    const spec = object.spec as k8s.SubjectAccessReviewSpec
    const subject = kind === 'self' ? user : subjectOf(spec)
    return { ...object, status: decide(backend, subject, spec) }
  })

export const subjectAccessReview = accessReview('any')
export const localSubjectAccessReview = accessReview('local')
export const selfSubjectAccessReview = accessReview('self')

const subjectOf = ({ user = '', groups = [], uid, extra }: k8s.SubjectAccessReviewSpec): UserInfo => ({
  name: user,
  groups,
  ...(uid !== undefined && { uid }),
  ...(extra !== undefined && { extra }),
})

function decide(
  { authorize }: Backend,
  user: UserInfo,
  spec: k8s.SelfSubjectAccessReviewSpec,
): k8s.SubjectAccessReviewStatus {
  const { attributes, evaluationError } = questionOf(spec)
  const { allowed, reason } = authorize(user, attributes)
  return { allowed, ...(reason !== '' && { reason }), ...(evaluationError !== '' && { evaluationError }) }
}

export const selfSubjectReview = answered((_backend, object, { user }) => ({
  ...object,
  status: {
    userInfo: {
      username: user.name,
      ...(user.uid !== undefined && { uid: user.uid }),
      groups: user.groups,
      ...(user.extra !== undefined && { extra: user.extra }),
    },
  },
}))

/** The rights of roles. What a node may read depends on its pods, and is not listed. */
export const selfSubjectRulesReview = answered(({ access }, object, { user }) => {
  const { namespace = '' } = (object.spec ?? {}) as k8s.SelfSubjectRulesReviewSpec
  if (namespace === '') throw apiError('BadRequest', 'no namespace on request')
  const { rules, errors } = access.rules.rulesFor(user, namespace)
  const isNode = nodeNameOf(user) !== undefined
  const untold = isNode ? ['node authorizer does not support user rule resolution', ...errors] : errors
  const { apiVersion, kind, metadata } = object
  const status: k8s.SubjectRulesReviewStatus = {
    resourceRules: rules
      .filter(({ resources }) => resources?.length)
      .map(({ verbs, apiGroups, resources, resourceNames }) => ({
        verbs,
        apiGroups,
        resources,
        ...(resourceNames?.length && { resourceNames }),
      })),
    nonResourceRules: rules
      .filter(({ nonResourceURLs }) => nonResourceURLs?.length)
      .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
    incomplete: isNode,
    ...(untold.length > 0 && { evaluationError: aggregated(untold) }),
  }
  return { apiVersion, kind, metadata, spec: {}, status }
})
