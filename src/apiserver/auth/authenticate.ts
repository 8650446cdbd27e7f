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
export type Authenticator = (
  backend: Backend,
  credentials: Credentials,
) => UserInfo | undefined | Promise<UserInfo | undefined>

const byCertificate: Authenticator = (_backend, { certificate }) => certificate

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

/** Undefined when nobody in particular is calling; a promise only where there is something to wait for. Throws ApiError
 *  `Unauthorized`. */
export function authenticate(
  backend: Backend,
  credentials: Credentials,
  first = 0,
): UserInfo | undefined | Promise<UserInfo | undefined> {
  for (let i = first; i < authenticators.length; i++) {
    const user = authenticators[i]?.(backend, credentials)
    if (user instanceof Promise) return user.then((found) => found ?? authenticate(backend, credentials, i + 1))
    if (user !== undefined) return user
  }
  return undefined
}
