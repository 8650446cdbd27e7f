/** A webhook for tests: a real HTTPS server on a free port, with an authority of its own. */
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:https'
import { issueCertificate, type KeyPair } from '../../src/certificates/index.ts'

export interface Asked<Body> {
  path: string
  body: Body
}

/** What the webhook answers: an object as JSON, or a status and text of its own; `never` leaves it without answer. */
export type Reply = Record<string, unknown> | { status: number; text: string } | 'never' | 'hang up'

export interface WebhookServer<Body = unknown> extends AsyncDisposable {
  port: number
  /** For `clientConfig.caBundle`. */
  caBundle: string
  asked: Asked<Body>[]
  url(path: string): string
}

const DAY_MS = 86_400_000

const makeAuthority = () =>
  issueCertificate({ commonName: 'webhooks', purpose: 'authority', nowMs: Date.now(), lifetimeMs: DAY_MS })
let authority: Promise<KeyPair> | undefined

export async function openWebhookServer<Body = unknown>(
  answer: (asked: Asked<Body>) => Reply | Promise<Reply>,
  names: { dns: readonly string[]; ip: readonly string[] } = { dns: ['hook.default.svc'], ip: ['127.0.0.1'] },
): Promise<WebhookServer<Body>> {
  authority ??= makeAuthority()
  const ca = await authority
  const pair = await issueCertificate(
    { commonName: 'hook', purpose: 'server', names, nowMs: Date.now(), lifetimeMs: DAY_MS },
    ca,
  )
  const asked: Asked<Body>[] = []
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString()
    const one = { path: incoming.url ?? '', body: JSON.parse(text) as Body }
    asked.push(one)
    const reply = await answer(one)
    if (reply === 'never') return
    if (reply === 'hang up') return void incoming.socket.destroy()
    const raw = typeof reply.status === 'number' && typeof reply.text === 'string'
    outgoing.writeHead(raw ? Number(reply.status) : 200, { 'content-type': 'application/json' })
    outgoing.end(raw ? String(reply.text) : JSON.stringify(reply))
  }
  const server = createServer(
    { cert: pair.certPem, key: pair.keyPem },
    (incoming, outgoing) => void serve(incoming, outgoing).catch(() => outgoing.destroy()),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    asked,
    caBundle: Buffer.from(ca.certPem).toString('base64'),
    url: (path) => `https://127.0.0.1:${port}${path}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
