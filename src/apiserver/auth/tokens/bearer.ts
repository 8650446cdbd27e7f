/** The token a request brings: in its Authorization header, or among the protocols a WebSocket client offers.
 *  Source: k8s.io/apiserver v0.34, pkg/authentication/request/{bearertoken,websocket}. */
import type { ApiRequest } from '../../../api/index.ts'
import { TokenError } from './token-error.ts'

const PROTOCOL_PREFIX = 'base64url.bearer.authorization.k8s.io.'

/** Throws TokenError for a WebSocket protocol that is no token. */
export function bearerToken(headers: ApiRequest['headers']): string | undefined {
  return fromHeader(headers.authorization) ?? fromProtocols(headers)
}

function fromHeader(header: string | undefined): string | undefined {
  const [scheme, token] = (header ?? '').trim().split(' ', 3)
  return scheme?.toLowerCase() === 'bearer' && token ? token : undefined
}

function fromProtocols(headers: ApiRequest['headers']): string | undefined {
  if (headers.upgrade?.toLowerCase() !== 'websocket') return undefined
  const protocols = (headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim())
  const encoded = protocols.filter((protocol) => protocol.startsWith(PROTOCOL_PREFIX))
  if (encoded.length === 0) return undefined
  if (encoded.length > 1) throw new TokenError('multiple base64.bearer.authorization tokens specified')
  if (protocols.length === 1) throw new TokenError('missing additional subprotocol')
  const text = (encoded[0] ?? '').slice(PROTOCOL_PREFIX.length)
  if (!/^[\w-]+$/.test(text)) throw new TokenError('invalid base64.bearer.authorization token encoding')
  const token = Buffer.from(text, 'base64url')
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(token)
  } catch {
    throw new TokenError('invalid base64.bearer.authorization token')
  }
}
