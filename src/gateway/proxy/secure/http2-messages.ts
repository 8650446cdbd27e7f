/** Requests and answers of HTTP/2 with what the proxy uses of those of HTTP/1.1, and meaning the same. Source: RFC 9113,
 *  section 8. */
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { constants, Http2ServerRequest, Http2ServerResponse, type ServerHttp2Stream } from 'node:http2'
import type { ReadableOptions } from 'node:stream'

/** Of one connection, which HTTP/2 knows by other means; an answer with one of them is refused by clients. */
const NOT_IN_HTTP2 = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade'])

export class Http2Request extends Http2ServerRequest {
  constructor(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    options: ReadableOptions,
    rawHeaders: readonly string[],
  ) {
    super(stream, asHttp1(stream, headers), options, withoutPseudoHeaders(rawHeaders, headers.cookie))
    this.on('timeout', () => stream.close(constants.NGHTTP2_CANCEL))
    // Given up without an error, Node would close it only when what was written has gone out.
    stream.on('aborted', () => stream.rstCode === constants.NGHTTP2_NO_ERROR && stream.destroy())
  }
}

/** `host` says what `:authority` says, and a body of which no length is known is as one that comes in chunks. A client
 *  can say neither: an HTTP/2 request with `transfer-encoding` is malformed. */
function asHttp1(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const authority = headers[':authority']
  if (typeof authority === 'string') headers.host = authority
  if (!stream.readableEnded && !stream.endAfterHeaders && headers['content-length'] === undefined)
    headers['transfer-encoding'] = 'chunked'
  return headers
}

/** Cookies, which HTTP/2 may send one by one, become one header again (section 8.2.3). */
function withoutPseudoHeaders(rawHeaders: readonly string[], cookie: string | undefined): string[] {
  const result: string[] = []
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string
    if (!name.startsWith(':') && name !== 'cookie') result.push(name, rawHeaders[i + 1] as string)
  }
  if (cookie !== undefined) result.push('cookie', cookie)
  return result
}

export class Http2Response extends Http2ServerResponse<Http2Request> {
  /** Of bodies: several answers share a connection. */
  sentBytes = 0
  /** Servers of HTTP/1.1 end connections by it; here the session is told. */
  shouldKeepAlive = true

  constructor(stream: ServerHttp2Stream, options?: unknown) {
    // @ts-expect-error: the options, which Node gives and wants, are missing in the types.
    super(stream, options)
    // Node's answers of HTTP/1.1 have these.
    Object.defineProperties(this, { closed: { get: () => stream.closed }, destroyed: { get: () => stream.destroyed } })
  }

  /** There is no text beside the status (section 8.3.2). */
  override writeHead(
    status: number,
    messageOrHeaders?: string | OutgoingHttpHeaders | readonly string[],
    headers?: OutgoingHttpHeaders | readonly string[],
  ): this {
    const given = typeof messageOrHeaders === 'string' ? headers : messageOrHeaders
    if (!isFlat(given)) return super.writeHead(status, given)
    const kept: string[] = []
    for (let i = 0; i < given.length; i += 2)
      if (!NOT_IN_HTTP2.has((given[i] as string).toLowerCase())) kept.push(given[i] as string, given[i + 1] as string)
    return super.writeHead(status, kept)
  }

  /** Names and values in pairs, too. */
  override addTrailers(trailers: OutgoingHttpHeaders | readonly (readonly [string, string])[]): void {
    super.addTrailers(isPairs(trailers) ? joined(trailers) : trailers)
  }

  override write(chunk: string | Uint8Array, ...rest: unknown[]): boolean {
    this.sentBytes += chunk.length
    return super.write(chunk, ...(rest as []))
  }

  /** An answer that breaks off must not look like a whole one. */
  override destroy(): this {
    if (!this.stream.closed) this.stream.close(constants.NGHTTP2_INTERNAL_ERROR)
    return this
  }
}

const isFlat = (headers: OutgoingHttpHeaders | readonly string[] | undefined): headers is readonly string[] =>
  Array.isArray(headers)

const isPairs = (trailers: object): trailers is readonly (readonly [string, string])[] => Array.isArray(trailers)

function joined(pairs: readonly (readonly [string, string])[]): Record<string, string[]> {
  const result: Record<string, string[]> = {}
  for (const [name, value] of pairs) (result[name.toLowerCase()] ??= []).push(value)
  return result
}

/** The one place where an HTTP/2 message is said to be an HTTP/1.1 message. */
export const asMessages = (
  request: Http2Request,
  response: Http2Response,
): { request: IncomingMessage; response: ServerResponse } => ({
  request: request as unknown as IncomingMessage,
  response: response as unknown as ServerResponse,
})
