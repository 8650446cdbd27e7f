/** One HTTP request handed on, and its answer handed back as it comes. */
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { type ApiRequest, type ApiResponse, apiError } from '../../api/index.ts'
import { errorMessage } from '../../lib/index.ts'
import { comesBack, passesOn } from './proxy-target.ts'
import { type ProxiedPlace, rewriteLink, rewritePage } from './rewrite-links.ts'

/** Longer pages keep their links as they are. */
const MAX_PAGE_BYTES = 8 * 1024 * 1024

export interface Destination {
  scheme: 'http' | 'https'
  host: string
  port: number
  /** With the query. */
  path: string
  /** What the client's path has before `path`. */
  prefix: string
}

/** Throws ApiError `ServiceUnavailable`. */
export function forward(request: ApiRequest, { scheme, host, port, path, prefix }: Destination): Promise<ApiResponse> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined && passesOn(name)) headers[name] = value
  const body = Buffer.from(request.body)
  return new Promise((resolve, reject) => {
    const send = scheme === 'https' ? httpsRequest : httpRequest
    const outgoing = send({
      host,
      port,
      path,
      method: request.method,
      headers: { ...headers, ...(body.length > 0 && { 'content-length': String(body.length) }) },
      // Pods have certificates of their own making; who may use `proxy` trusts them.
      rejectUnauthorized: false,
      agent: false,
      signal: request.signal,
    })
    outgoing.once('error', (error) =>
      reject(apiError('ServiceUnavailable', `error trying to reach service: ${errorMessage(error)}`, { cause: error })),
    )
    outgoing.once('response', (incoming) => {
      const answered: Record<string, string> = {}
      for (const [name, value] of Object.entries(incoming.headers))
        if (value !== undefined && comesBack(name)) answered[name] = [value].flat().join(', ')
      const place = { prefix, hosts: [hostOf({ host, port }), host, request.headers.host] }
      if (answered.location !== undefined) answered.location = rewriteLink(answered.location, place)
      const isPage = /^text\/html\b/i.test(answered['content-type'] ?? '') && answered['content-encoding'] === undefined
      const body = isPage ? rewritten(incoming, place) : incoming
      resolve({ status: incoming.statusCode ?? 502, headers: answered, body })
    })
    outgoing.end(body)
  })
}

const hostOf = ({ host, port }: Pick<Destination, 'host' | 'port'>): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`

/** Whole pages: an element may begin in one chunk and end in the next. Bytes are kept whatever the encoding. What is longer
 *  than a page is, or has no end, is handed on as it comes. */
async function* rewritten(page: AsyncIterable<Buffer>, place: ProxiedPlace): AsyncGenerator<Uint8Array> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of page) {
    chunks.push(chunk)
    length += chunk.length
    if (length > MAX_PAGE_BYTES) yield* chunks.splice(0)
  }
  if (length <= MAX_PAGE_BYTES)
    yield Buffer.from(rewritePage(Buffer.concat(chunks).toString('latin1'), place), 'latin1')
}
