/** Who is calling: authenticators are asked in order, the first that knows the caller says who it is.
 *  Source: k8s.io/apiserver v0.34, pkg/authentication/request/union. */
import { type ApiRequest, apiError, type UserInfo } from '../../api/index.ts'
import type { Backend } from '../server/context.ts'
import { bearerToken } from './tokens/bearer.ts'
import { API_AUDIENCES } from './tokens/claims.ts'
import { TokenError } from './tokens/token-error.ts'
import { tokenUser } from './tokens/token-user.ts'

/** What a request brings to prove who sends it. */
export interface Credentials {
  request: ApiRequest
  /** The bearer of the TLS client certificate, when there is one that the cluster's authority signed. */
  certificate: UserInfo | undefined
  /** Annotates the request's audit event. */
  annotate: (key: string, value: string) => void
}

/** Undefined: says nothing. Throws ApiError `Unauthorized` for credentials that are not valid. */
export type Authenticator = (backend: Backend, credentials: Credentials) => Promise<UserInfo | undefined>

const byCertificate: Authenticator = async (_backend, { certificate }) => certificate

const byToken: Authenticator = async (backend, { request, annotate }) => {
  try {
    const token = bearerToken(request.headers)
    if (token === undefined) return undefined
    return (await tokenUser(backend, token, { audiences: API_AUDIENCES, annotate, warn: () => {} })).user
  } catch (error) {
    if (error instanceof TokenError) throw apiError('Unauthorized', 'Unauthorized', { cause: error })
    throw error
  }
}

const authenticators: readonly Authenticator[] = [byCertificate, byToken]

/** Undefined when nobody in particular is calling. Throws ApiError `Unauthorized`. */
export async function authenticate(backend: Backend, credentials: Credentials): Promise<UserInfo | undefined> {
  for (const authenticator of authenticators) {
    const user = await authenticator(backend, credentials)
    if (user !== undefined) return user
  }
  return undefined
}
