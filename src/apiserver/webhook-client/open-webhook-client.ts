/** Asks webhooks: one POST of JSON over HTTPS, one answer of JSON. Admission and conversion webhooks are asked alike.
 *  Source: k8s.io/apiserver v0.34, pkg/util/webhook (client.go): HTTP/1.1, no redirects, the Service's name in TLS. */
import type { IncomingMessage } from 'node:http'
import { Agent, request as httpsRequest } from 'node:https'
import { parseJson } from '../../api/machinery.ts'
import { type Clock, hasErrno } from '../../lib/index.ts'
import { statusFailure, TIMED_OUT, transportFailure, WebhookCallError } from './failure-words.ts'
import type { Address } from './resolve-service.ts'
import {
  printedUrl,
  servicePort,
  type WebhookConfig,
  type WebhookService,
  type WebhookTarget,
  webhookTarget,
} from './webhook-config.ts'

export interface WebhookCall {
  config: WebhookConfig
  /** Sent as JSON. */
  body: unknown
  /** How long connecting and answering may take together. The webhook is told, in whole seconds. */
  timeoutMs: number
}

export interface WebhookClient extends AsyncDisposable {
  /** The answer, parsed. Throws WebhookCallError: `Post "https://…": connection refused`. */
  post(call: WebhookCall): Promise<unknown>
}

export interface WebhookClientOptions {
  clock: Clock
  /** Where a Service's traffic goes. Throws an Error that says why it goes nowhere. */
  resolve: (service: WebhookService, port: number) => Promise<Address>
}

/** Longer answers are refused rather than kept in memory. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024
const IDLE_MS = 90_000

export function openWebhookClient({ clock, resolve }: WebhookClientOptions): WebhookClient {
  // Connections are told apart by address, name and trusted certificates: the agent's own key.
  const agent = new Agent({ keepAlive: true, timeout: IDLE_MS })
  return {
    async post({ config, body, timeoutMs }) {
      const target = targetOf(config)
      target.url.searchParams.set('timeout', `${Math.ceil(timeoutMs / 1000)}s`)
      const failed = (why: string, cause?: unknown) =>
        new WebhookCallError(`Post ${JSON.stringify(printedUrl(target, config.service))}: ${why}`, { cause })
      const address = await addressOf(target, config.service, resolve, failed)
      const text = JSON.stringify(body)
      const answer = await withDeadline(clock, timeoutMs, (signal) =>
        exchange({ agent, target, address, ca: trusted(config), text, signal }),
      ).catch((error: unknown) => {
        throw failed(error instanceof Deadline ? TIMED_OUT : transportFailure(error, address), error)
      })
      return parseAnswer(answer)
    },
    async [Symbol.asyncDispose]() {
      agent.destroy()
    },
  }
}

function targetOf(config: WebhookConfig): WebhookTarget {
  try {
    return webhookTarget(config)
  } catch (error) {
    throw new WebhookCallError((error as Error).message, { cause: error })
  }
}

async function addressOf(
  target: WebhookTarget,
  service: WebhookService | undefined,
  resolve: WebhookClientOptions['resolve'],
  failed: (why: string, cause?: unknown) => WebhookCallError,
): Promise<Address> {
  if (service === undefined) return { host: target.serverName, port: Number(target.url.port || 443) }
  try {
    return await resolve(service, servicePort(service))
  } catch (error) {
    throw failed((error as Error).message, error)
  }
}

const trusted = ({ caBundle }: WebhookConfig): string | undefined =>
  caBundle ? Buffer.from(caBundle, 'base64').toString() : undefined

class Deadline extends Error {}

async function withDeadline<T>(clock: Clock, ms: number, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const call = new AbortController()
  const timer = new AbortController()
  void clock.sleep(ms, timer.signal).then(() => call.abort())
  try {
    return await run(call.signal)
  } catch (error) {
    if (call.signal.aborted && !timer.signal.aborted) throw new Deadline()
    throw error
  } finally {
    timer.abort()
  }
}

interface Outgoing {
  agent: Agent
  target: WebhookTarget
  address: Address
  ca: string | undefined
  text: string
  signal: AbortSignal
}

interface Answer {
  status: number
  body: string
}

async function exchange(outgoing: Outgoing): Promise<Answer> {
  try {
    return await send(outgoing)
  } catch (error) {
    // The other side closed a connection that was kept open, before it knew of this request.
    if (error instanceof ClosedWhileIdle) return send(outgoing)
    throw error
  }
}

class ClosedWhileIdle extends Error {}

function send({ agent, target, address, ca, text, signal }: Outgoing): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest({
      agent,
      signal,
      host: address.host,
      port: address.port,
      method: 'POST',
      ...(ca !== undefined && { ca }),
      // An IP address is no name of a TLS server; the certificate is checked against it all the same.
      servername: /^[\d.]+$|:/.test(target.serverName) ? '' : target.serverName,
      path: `${target.url.pathname}${target.url.search}`,
      headers: {
        host: target.url.host,
        accept: 'application/json, */*',
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
        'user-agent': 'kube-apiserver-admission',
      },
    })
    request.once('error', (error) =>
      reject(request.reusedSocket && hasErrno(error, 'ECONNRESET', 'EPIPE') ? new ClosedWhileIdle() : error),
    )
    request.once('response', (incoming) => {
      read(incoming).then((body) => resolve({ status: incoming.statusCode ?? 0, body }), reject)
    })
    request.end(text)
  })
}

async function read(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MAX_ANSWER_BYTES) throw new Error(`the answer is longer than ${MAX_ANSWER_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function parseAnswer({ status, body }: Answer): unknown {
  if (status < 200 || status > 299) throw new WebhookCallError(statusFailure(status, body))
  try {
    return parseJson(body)
  } catch (error) {
    throw new WebhookCallError("couldn't get version/kind; json parse error: the answer is no JSON", { cause: error })
  }
}
