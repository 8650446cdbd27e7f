/** One try to get an answer from one endpoint: up to the head of the response, or how it failed. */
import {
  type Agent,
  type ClientRequest,
  type IncomingMessage,
  request as httpRequest,
  type ServerResponse,
} from 'node:http'
import type { Socket } from 'node:net'
import type { Endpoint } from '../table/table.ts'
import type { PlainOutcome } from './backend/plain-answer.ts'
import type { RequestBody } from './request-body.ts'

export type Outcome =
  | { readonly kind: 'response'; readonly upstream: ClientRequest; readonly response: IncomingMessage }
  | { readonly kind: 'upgrade'; readonly response: IncomingMessage; readonly socket: Socket; readonly head: Buffer }
  /** An answer over a connection of our own, or what can go wrong over any. */
  | PlainOutcome

export interface AttemptOptions {
  readonly endpoint: Endpoint
  readonly sourceAddress: string | undefined
  readonly agent: Agent | false
  readonly method: string
  readonly path: string
  readonly headers: readonly string[]
  readonly body: RequestBody
  readonly client: ServerResponse
  readonly connectTimeoutMs: number
  /** For the head of the response, from the end of connecting. */
  readonly answerTimeoutMs: number
  /** Whether that time begins anew with each piece of the body that is passed on. */
  readonly bodyMayLast: boolean
}

export function attempt(options: AttemptOptions): Promise<Outcome> {
  const { endpoint, body, client } = options
  return new Promise((resolve) => {
    const upstream = httpRequest({
      host: endpoint.address,
      port: endpoint.port,
      ...(options.sourceAddress !== undefined && { localAddress: options.sourceAddress }),
      agent: options.agent,
      method: options.method,
      path: options.path,
      headers: options.headers,
    })
    let connected = false
    let settled = false
    let timer = setTimeout(onTimeout, options.connectTimeoutMs)
    const settle = (outcome: Outcome) => {
      if (settled) return
      settled = true
      clearTimeout(timer)
      client.off('close', onClientClose)
      if (outcome.kind !== 'response' && outcome.kind !== 'upgrade') {
        body.detach()
        upstream.destroy()
      }
      resolve(outcome)
    }
    function onTimeout(): void {
      settle({ kind: 'timeout', connected })
    }
    function onClientClose(): void {
      settle({ kind: 'clientGone' })
    }
    const onConnect = () => {
      connected = true
      clearTimeout(timer)
      timer = setTimeout(onTimeout, options.answerTimeoutMs)
      const answerTimer = timer
      body.sendTo(upstream, () => options.bodyMayLast && !settled && answerTimer.refresh())
    }
    client.on('close', onClientClose)
    upstream.on('socket', (socket) => {
      if (settled) return
      if (socket.connecting) socket.once('connect', onConnect)
      else onConnect()
    })
    upstream.on('continue', () => client.headersSent || client.writeContinue())
    upstream.on('response', (response) => settle({ kind: 'response', upstream, response }))
    upstream.on('upgrade', (response, socket, head) => settle({ kind: 'upgrade', response, socket, head }))
    upstream.on('error', (error) => settle({ kind: 'failed', error, connected, reused: upstream.reusedSocket }))
  })
}
