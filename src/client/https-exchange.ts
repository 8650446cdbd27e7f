/** An `Exchange` over HTTPS with a client certificate: how processes outside the engine reach the API. */
import { Agent, request } from 'node:https'
import type { IncomingMessage } from 'node:http'
import type { ApiRequest, ApiResponse, Exchange } from '../api/index.ts'

export interface HttpsExchangeOptions {
  /** `https://host:port`, without a path. */
  server: string
  /** Who the server must be signed by; left out: the system's authorities. */
  caPem?: string | undefined
  certPem?: string | undefined
  keyPem?: string | undefined
  /** Bearer token, for clusters that authenticate by it. */
  token?: string | undefined
  /** How long a server may stay silent before its headers come. Default 30 s. Watches have no such limit afterwards. */
  headersTimeoutMs?: number
}

export type ClosableExchange = Exchange & AsyncDisposable

/** Connections are kept alive and shared; disposing closes them all. Failures to connect reject with the system error. */
export function openHttpsExchange(options: HttpsExchangeOptions): ClosableExchange {
  const agent = new Agent({
    keepAlive: true,
    maxSockets: 64,
    ...(options.caPem && { ca: options.caPem }),
    ...(options.certPem && { cert: options.certPem }),
    ...(options.keyPem && { key: options.keyPem }),
  })
  const base = new URL(options.server)

  const exchange: Exchange = (call: ApiRequest) =>
    new Promise<ApiResponse>((resolve, reject) => {
      const headers: Record<string, string> = {}
      for (const [name, value] of Object.entries(call.headers)) if (value !== undefined) headers[name] = value
      if (options.token) headers.authorization = `Bearer ${options.token}`
      if (call.body !== '') headers['content-length'] = String(Buffer.byteLength(call.body))
      const outgoing = request({
        agent,
        host: base.hostname,
        port: base.port || 443,
        path: call.url,
        method: call.method,
        headers,
        signal: call.signal,
      })
      const timer = setTimeout(
        () =>
          outgoing.destroy(new Error(`no answer from ${base.host} within ${options.headersTimeoutMs ?? 30_000} ms`)),
        options.headersTimeoutMs ?? 30_000,
      )
      outgoing.once('error', (error) => {
        clearTimeout(timer)
        reject(error)
      })
      outgoing.once('response', (incoming) => {
        clearTimeout(timer)
        resolve({ status: incoming.statusCode ?? 500, headers: flatten(incoming), body: incoming })
      })
      outgoing.end(call.body === '' ? undefined : call.body)
    })

  return Object.assign(exchange, {
    [Symbol.asyncDispose]: async () => agent.destroy(),
  })
}

function flatten(incoming: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(incoming.headers))
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  return headers
}
