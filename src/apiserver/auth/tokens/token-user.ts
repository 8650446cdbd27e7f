/** Whose token it is: every kind of token is tried, the first that is good counts.
 *  Source: k8s.io/kubernetes v1.34, pkg/kubeapiserver/authenticator/config.go. */
import type { Backend } from '../../server/context.ts'
import { bootstrapTokenUser } from './bootstrap-token.ts'
import { API_AUDIENCES } from './claims.ts'
import type { TokenBearer, TokenUse } from './service-account-tokens.ts'
import { TokenError } from './token-error.ts'

const UNKNOWN = 'invalid bearer token'

/** Throws TokenError, worded as kube-apiserver tells it. */
export async function tokenUser(
  backend: Pick<Backend, 'store' | 'clock' | 'tokens'>,
  token: string,
  use: TokenUse,
): Promise<TokenBearer> {
  const bearer = await serviceAccountBearer(backend, token, use)
  if (bearer !== undefined) return bearer
  const user = await bootstrapTokenUser(token, { store: backend.store, nowMs: backend.clock.now() })
  if (user === undefined) throw new TokenError(UNKNOWN)
  // A bootstrap token is for the API alone.
  const audiences = use.audiences.filter((audience) => API_AUDIENCES.includes(audience))
  if (audiences.length === 0) throw new TokenError(UNKNOWN)
  return { user, audiences }
}

async function serviceAccountBearer(backend: Pick<Backend, 'tokens'>, token: string, use: TokenUse) {
  try {
    return await backend.tokens.bearerOf(token, use)
  } catch (error) {
    if (error instanceof TokenError) throw new TokenError(`[${UNKNOWN}, ${error.message}]`)
    throw error
  }
}
