/** One request on its way: what is asked, what was tried, what came of it. The access log is written from it. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Endpoint } from '../table/table.ts'
import type { Placed } from './in-flight.ts'
import { RequestBody } from './request-body.ts'
import type { Target } from './target.ts'

export interface Upgrade {
  readonly socket: Socket
  readonly head: Buffer
}

export class Exchange implements Placed {
  place = -1
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly upgrade: Upgrade | undefined
  readonly body: RequestBody
  readonly startedAt: number
  readonly socket: Socket
  readonly bytesBefore: number
  target: Target | undefined
  app: string | undefined
  endpoint: Endpoint | undefined
  retries = 0
  status = 0
  /** Endpoints that failed since the last change of the table. */
  tried: Set<string> | undefined
  /** Attempts in which the backend may have seen the request. */
  seenAttempts = 0
  /** The next attempt must make a connection of its own. */
  newConnection = false
  /** Why the last attempt failed, in words for the person who asked. */
  lastFailure: { status: number; message: string } | undefined

  constructor(request: IncomingMessage, response: ServerResponse, upgrade: Upgrade | undefined, startedAt: number) {
    this.request = request
    this.response = response
    this.upgrade = upgrade
    this.body = new RequestBody(request)
    this.startedAt = startedAt
    this.socket = request.socket
    this.bytesBefore = request.socket.bytesWritten
  }

  /** Whether it came over TLS. */
  get isSecure(): boolean {
    return (this.socket as Partial<TLSSocket>).encrypted === true
  }

  /** Whether sending the request twice does what sending it once does. Source: RFC 9110 section 9.2.2. */
  get idempotent(): boolean {
    const { method } = this.request
    return method !== 'POST' && method !== 'PATCH' && method !== 'CONNECT'
  }
}
