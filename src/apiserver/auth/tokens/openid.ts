/** What others need to verify the cluster's tokens: OpenID Connect discovery and the public key.
 *  Source: k8s.io/kubernetes v1.34, pkg/serviceaccount/openidmetadata.go. */
import type { ApiResponse } from '../../../api/index.ts'
import { ISSUER } from './claims.ts'
import type { SigningKey } from './signing-key.ts'

const CONFIGURATION = '/.well-known/openid-configuration'
const KEYS = '/openid/v1/jwks'
const MAX_AGE_SECONDS = 3600

/** Undefined for other paths. */
export function serveOpenId(
  path: string,
  { id, algorithm, publicKey }: Pick<SigningKey, 'id' | 'algorithm' | 'publicKey'>,
): ApiResponse | undefined {
  if (path === CONFIGURATION)
    return document('application/json', {
      issuer: ISSUER,
      jwks_uri: `${ISSUER}${KEYS}`,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [algorithm],
    })
  if (path !== KEYS) return undefined
  const jwk = { use: 'sig', kid: id, alg: algorithm, ...publicKey.export({ format: 'jwk' }) }
  return document('application/jwk-set+json', { keys: [jwk] })
}

function document(type: string, body: object): ApiResponse {
  return {
    status: 200,
    headers: { 'content-type': type, 'cache-control': `public, max-age=${MAX_AGE_SECONDS}` },
    body: JSON.stringify(body),
  }
}
