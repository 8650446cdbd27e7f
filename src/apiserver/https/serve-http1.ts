/** Requests of HTTP/1.1 connections. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TLSSocket } from 'node:tls'
import type { ApiResponse, UserInfo } from '../../api/index.ts'
import { answer, type Handle } from './answer.ts'
import { Caller } from './caller.ts'
import type { ChunkBytes } from './chunk-bytes.ts'
import type { BodyBudget } from './read-body.ts'
import { NOT_KEPT, wholeBody, writeChunks, writeWhole } from './response-body.ts'

export interface Service {
  handle: Handle
  userOf: (socket: TLSSocket) => UserInfo | undefined
  bodies: BodyBudget
  chunks: ChunkBytes
  /** An answer could not be given to its end though its caller is there. */
  cutShort: (error: unknown) => void
}

export async function serveHttp1(
  { handle, userOf, bodies, chunks, cutShort }: Service,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const caller = new Caller()
  outgoing.on('close', caller.leave)
  outgoing.on('error', caller.leave)
  const { method = '', headers } = incoming
  try {
    const certificate = userOf(incoming.socket as TLSSocket)
    const body = hasBody(incoming) ? incoming : undefined
    const { response, unread } = await answer(handle, {
      method,
      url: targetOf(incoming),
      headers,
      body,
      bodies,
      certificate,
      remoteAddress: incoming.socket.remoteAddress,
      caller,
    })
    // What was not read is still to come, so the connection cannot be used again.
    if (unread) outgoing.setHeader('connection', 'close')
    await write(outgoing, response, { incoming, caller, chunks })
  } catch (error) {
    if (!caller.gone) cutShort(error)
    outgoing.destroy()
  }
}

const ABSOLUTE = /^https?:\/\/[^/?]*/i

/** A client may name the server in the target, as it would to a proxy (RFC 9112, section 3.2.2). */
function targetOf({ url = '/' }: IncomingMessage): string {
  if (url.startsWith('/')) return url
  const path = url.replace(ABSOLUTE, '')
  return path.startsWith('/') || path === url ? path : `/${path}`
}

const hasBody = ({ headers }: IncomingMessage) =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'

async function write(
  outgoing: ServerResponse,
  response: ApiResponse,
  { incoming, caller, chunks }: { incoming: IncomingMessage; caller: Caller; chunks: ChunkBytes },
): Promise<void> {
  const { status, headers, body } = response
  if (typeof body === 'string' || body instanceof Uint8Array) {
    if (caller.gone) return
    const whole = wholeBody(response, incoming.headers['accept-encoding'])
    const { bytes, length, encoding } = whole instanceof Promise ? await whole : whole
    outgoing.writeHead(status, {
      ...NOT_KEPT,
      ...headers,
      ...(incoming.method === 'HEAD' ? undefined : { 'content-length': length }),
      ...encoding,
    })
    return writeWhole(outgoing, bytes, caller)
  }
  outgoing.writeHead(status, { ...NOT_KEPT, ...headers })
  outgoing.flushHeaders()
  await writeChunks(outgoing, body, { caller, chunks })
}
