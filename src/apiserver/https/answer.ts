/** From a request as it came, over either version of HTTP, to its answer. */
import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { ApiRequest, ApiResponse, UserInfo } from '../../api/index.ts'
import { toApiError } from '../server/failure.ts'
import { JSON_TYPE, respondStatus } from '../server/response.ts'
import { bodyText, isProtobuf } from './body-text.ts'
import type { Caller } from './caller.ts'
import { type BodyBudget, readBody } from './read-body.ts'

/** `certificate`: whom the client certificate names. */
export type Handle = (request: ApiRequest, certificate: UserInfo | undefined) => Promise<ApiResponse>

export interface Incoming {
  method: string
  url: string
  headers: IncomingHttpHeaders
  /** Absent when there is none to come. */
  body: Readable | undefined
  bodies: BodyBudget
  certificate: UserInfo | undefined
  remoteAddress: string | undefined
  caller: Caller
}

const METHODS = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'])

/** `unread`: what is left of the body was not read. */
export async function answer(handle: Handle, incoming: Incoming): Promise<{ response: ApiResponse; unread: boolean }> {
  const { method, url, caller } = incoming
  if (!METHODS.has(method)) return { response: methodUnknown(), unread: false }
  let body = ''
  if (incoming.body !== undefined)
    try {
      // Nobody is refused whatever they send, so it is not worth keeping or decoding.
      const keep = incoming.certificate !== undefined || incoming.headers.authorization !== undefined
      const bytes = await readBody(incoming.body, incoming.headers, { budget: incoming.bodies, keep })
      if (keep) body = await bodyText(bytes, incoming.headers['content-type'])
    } catch (error) {
      return { response: respondStatus(toApiError(error).status), unread: true }
    }
  const request: ApiRequest = {
    method: method as ApiRequest['method'],
    url,
    headers: headersOf(incoming.headers),
    body,
    remoteAddress: incoming.remoteAddress,
    get signal() {
      return caller.signal
    },
  }
  return { response: await handle(request, incoming.certificate), unread: false }
}

function methodUnknown(): ApiResponse {
  return {
    status: 405,
    headers: { 'content-type': 'text/plain', allow: [...METHODS].join(', ') },
    body: 'method not allowed\n',
  }
}

/** Makes objects that inherit nothing, as `Object.create(null)` does, but whose fields have places of their own as in
 *  other objects: that one would be a hash table, with several times the memory. */
const HeaderMap = function () {} as unknown as { new (): Record<string, string | undefined>; prototype: unknown }
HeaderMap.prototype = Object.create(null)

/** HTTP/2 has the path, the method and the host among them, under names that begin with a colon. */
function headersOf(incoming: IncomingHttpHeaders): Record<string, string | undefined> {
  const headers = new HeaderMap()
  for (const name in incoming) {
    const value = incoming[name]
    if (name.charCodeAt(0) !== 58) headers[name] = typeof value === 'object' ? value.join(', ') : value
  }
  if (isProtobuf(headers['content-type'])) headers['content-type'] = JSON_TYPE
  headers.host ??= incoming[':authority']?.toString() ?? ''
  return headers
}
