/** Who is calling: authenticators are asked in order, the first that knows the caller says who it is.
 *  Source: k8s.io/apiserver v0.34, pkg/authentication/request/union. */
import type { ApiRequest, UserInfo } from '../../api/index.ts'
import type { Backend } from '../server/context.ts'

/** What a request brings to prove who sends it. */
export interface Credentials {
  request: ApiRequest
  /** The bearer of the TLS client certificate, when there is one that the cluster's authority signed. */
  certificate: UserInfo | undefined
}

/** Undefined: says nothing. Throws ApiError `Unauthorized` for credentials that are not valid. */
export type Authenticator = (backend: Backend, credentials: Credentials) => Promise<UserInfo | undefined>

const byCertificate: Authenticator = async (_backend, { certificate }) => certificate

const authenticators: readonly Authenticator[] = [byCertificate]

/** Undefined when nobody in particular is calling. Throws ApiError `Unauthorized`. */
export async function authenticate(backend: Backend, credentials: Credentials): Promise<UserInfo | undefined> {
  for (const authenticator of authenticators) {
    const user = await authenticator(backend, credentials)
    if (user !== undefined) return user
  }
  return undefined
}
