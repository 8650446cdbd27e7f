/** Why a webhook could not be asked, in the words of Go's network and TLS packages and of client-go: users, tools and
 *  Kubernetes' own tests know failures by them. */
import { errorMessage } from '../../lib/index.ts'

/** A webhook that could not be asked, or gave no answer that could be read. */
export class WebhookCallError extends Error {
  override name = 'WebhookCallError'
}

export const TIMED_OUT = 'context deadline exceeded'

const UNTRUSTED = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_SIGNATURE_FAILURE',
])

/** `address` is where the connection was to. */
export function transportFailure(error: unknown, address: { host: string; port: number }): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const host = address.host.includes(':') ? `[${address.host}]` : address.host
  const dial = `dial tcp ${host}:${address.port}`
  if (UNTRUSTED.has(code)) return 'tls: failed to verify certificate: x509: certificate signed by unknown authority'
  switch (code) {
    case 'ECONNREFUSED':
      return `${dial}: connect: connection refused`
    case 'EHOSTUNREACH':
      return `${dial}: connect: no route to host`
    case 'ENETUNREACH':
      return `${dial}: connect: network is unreachable`
    case 'ETIMEDOUT':
      return `${dial}: i/o timeout`
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `dial tcp: lookup ${address.host}: no such host`
    case 'ECONNRESET':
      return 'EOF'
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return 'tls: failed to verify certificate: x509: certificate has expired or is not yet valid'
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `tls: failed to verify certificate: x509: ${errorMessage(error)}`
    default:
      return errorMessage(error)
  }
}

const PHRASES: Readonly<Record<number, string>> = {
  400: 'the server rejected our request for an unknown reason',
  401: 'the server has asked for the client to provide credentials',
  403: 'the server does not allow access to the requested resource',
  404: 'the server could not find the requested resource',
  405: 'the server does not allow this method on the requested resource',
  406: 'the server was unable to respond with a content type that the client supports',
  409: 'the server reported a conflict',
  415: 'the server was unable to understand the content type of the request',
  422: 'the server rejected our request due to an error in our request',
  429: 'the server has received too many requests and has asked us to try again later',
  503: 'the server is currently unable to handle the request',
  504: 'the server was unable to return a response in the time allotted, but may still be processing the request',
}

/** Source: k8s.io/apimachinery v0.34, pkg/api/errors (NewGenericServerResponse); a Status in the body speaks for
 *  itself. */
export function statusFailure(status: number, body: string): string {
  const own = statusMessage(body)
  if (own !== undefined) return own
  if (Object.hasOwn(PHRASES, status)) return PHRASES[status] ?? ''
  if (status >= 500) {
    const said = body.slice(0, 2048)
    return `an error on the server (${JSON.stringify(said === '' ? 'unknown' : said)}) has prevented the request from succeeding`
  }
  return `the server responded with the status code ${status} but did not return more information`
}

function statusMessage(body: string): string | undefined {
  try {
    const value = JSON.parse(body) as { kind?: unknown; message?: unknown } | null
    return value?.kind === 'Status' && typeof value.message === 'string' ? value.message : undefined
  } catch {
    return undefined
  }
}
