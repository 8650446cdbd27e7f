/** Requests of HTTP/2 connections: each is a stream. Node's streams are used as they are; its objects that look like
 *  those of HTTP/1 cost as much again. */
import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import type { TLSSocket } from 'node:tls'
import type { ApiResponse } from '../../api/index.ts'
import { answer } from './answer.ts'
import { Caller } from './caller.ts'
import type { ChunkBytes } from './chunk-bytes.ts'
import { NOT_KEPT, wholeBody, writeChunks, writeWhole } from './response-body.ts'
import type { Service } from './serve-http1.ts'

export async function serveHttp2(
  { handle, userOf, bodies, chunks, cutShort }: Service,
  stream: ServerHttp2Stream,
  { headers, flags }: { headers: IncomingHttpHeaders; flags: number },
): Promise<void> {
  const caller = new Caller()
  stream.on('close', caller.leave)
  stream.on('error', caller.leave)
  // Given up without an error, Node would close it only when what was written has gone out.
  stream.on('aborted', () => stream.rstCode === constants.NGHTTP2_NO_ERROR && stream.destroy())
  const method = headers[':method'] ?? ''
  try {
    const socket = stream.session?.socket as TLSSocket | undefined
    const body = (flags & constants.NGHTTP2_FLAG_END_STREAM) === 0 ? stream : undefined
    const certificate = socket && userOf(socket)
    const { response } = await answer(handle, {
      method,
      url: headers[':path'] ?? '/',
      headers,
      body,
      bodies,
      certificate,
      remoteAddress: socket?.remoteAddress,
      caller,
    })
    if (!caller.gone) await write(stream, response, { method, headers, caller, chunks })
  } catch (error) {
    if (!caller.gone) cutShort(error)
    stream.close(constants.NGHTTP2_INTERNAL_ERROR)
  }
}

async function write(
  stream: ServerHttp2Stream,
  response: ApiResponse,
  {
    method,
    headers,
    caller,
    chunks,
  }: { method: string; headers: IncomingHttpHeaders; caller: Caller; chunks: ChunkBytes },
): Promise<void> {
  const head = { ...NOT_KEPT, ...response.headers, ':status': response.status }
  const { body } = response
  if (typeof body === 'string' || body instanceof Uint8Array) {
    if (method === 'HEAD') return stream.respond(head, { endStream: true })
    const whole = wholeBody(response, headers['accept-encoding']?.toString())
    const { bytes, length, encoding } = whole instanceof Promise ? await whole : whole
    if (caller.gone) return
    stream.respond({ ...head, 'content-length': length, ...encoding })
    return writeWhole(stream, bytes, caller)
  }
  stream.respond(head)
  await writeChunks(stream, body, { caller, chunks })
}
