/** `POST tokenreviews`: whose token it is, for servers that are shown the cluster's tokens.
 *  Source: k8s.io/kubernetes v1.34, pkg/registry/authentication/tokenreview/storage.go. */
import { type ApiResponse, apiError, type k8s } from '../../api/index.ts'
import { API_AUDIENCES } from '../auth/tokens/claims.ts'
import { TokenError } from '../auth/tokens/token-error.ts'
import { tokenUser } from '../auth/tokens/token-user.ts'
import type { Backend, ResourceRequest } from '../server/context.ts'
import { respondJson } from '../server/response.ts'
import { readObject } from './object-body.ts'
import { presenterFor } from './present.ts'
import { writeContextOf } from './write-request.ts'

export async function tokenReview(backend: Backend, request: ResourceRequest): Promise<ApiResponse> {
  const { format } = presenterFor(backend, request, 'object')
  const context = writeContextOf(request, 'CreateOptions')
  const { object, warnings } = readObject(request)
  warnings.forEach(context.warn)
  const { token, audiences = [] } = (object.spec ?? {}) as k8s.TokenReviewSpec
  if (!token) throw apiError('BadRequest', 'token is required for TokenReview in authentication')
  const asked = audiences.length > 0 ? audiences : API_AUDIENCES
  const status = await answer(backend, token, { ...context, audiences: asked })
  return respondJson(201, JSON.stringify({ ...object, status }), { format, headers: context.warningHeaders() })
}

async function answer(
  backend: Backend,
  token: string,
  use: Parameters<typeof tokenUser>[2],
): Promise<k8s.TokenReviewStatus> {
  try {
    const { user, audiences } = await tokenUser(backend, token, use)
    const { name: username, uid, groups, extra } = user
    return {
      authenticated: true,
      user: {
        username,
        ...(uid && { uid }),
        groups: [...groups],
        ...(extra && { extra: Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]])) }),
      },
      audiences: [...audiences],
    }
  } catch (error) {
    if (error instanceof TokenError) return { user: {}, error: error.message }
    throw error
  }
}
