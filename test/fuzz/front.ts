/** The HTTPS front as any program of the network meets it: bytes over TLS that are nearly HTTP. Each connection ends, and
 *  what is answered is an answer; nobody else waits for it. */
import * as fc from 'fast-check'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { type ApiServer, openApiServer } from '../../src/apiserver/index.ts'
import { type ClosableExchange, openHttpsExchange } from '../../src/client/index.ts'
import { silentLogger, systemClock } from '../../src/lib/index.ts'
import { openMemoryStore } from '../../src/store/index.ts'
import { checkHttp1, converse } from './converse.ts'
import type { FuzzTarget } from './fuzz-target.ts'
import { http1Bytes } from './http1-bytes.ts'
import { http2Bytes } from './http2-bytes.ts'
import { MAX_INPUT_MS } from './surface.ts'

/** What a client sends on one connection, piece by piece. */
export interface Conversation {
  pieces: readonly Uint8Array[]
  /** With a certificate of a user who may do everything. */
  known: boolean
}

type Check = (answer: Buffer, conversation: Conversation) => void

export const fronts: readonly FuzzTarget[] = [
  front('HTTP/1.1 connections', { protocol: 'http/1.1', bytes: http1Bytes, check: checkHttp1 }),
  front('HTTP/2 connections', { protocol: 'h2', bytes: http2Bytes, check: () => {} }),
]

function front(
  name: string,
  { protocol, bytes, check }: { protocol: string; bytes: fc.Arbitrary<readonly Uint8Array[]>; check: Check },
): FuzzTarget {
  return {
    name,
    numRuns: 5,
    run: async (options) => {
      await using server = await openFront()
      const conversation = fc.record({ pieces: bytes, known: fc.boolean() })
      const holds = fc.asyncProperty(conversation, async (held) => {
        const [answer] = await Promise.all([talk(server, held, protocol), server.checkPrompt()])
        check(answer, held)
        server.checkFailures()
      })
      await fc.assert(holds, { ...options, interruptAfterTimeLimit: options.interruptAfterTimeLimit ?? 10_000 })
    },
  }
}

interface Front extends AsyncDisposable {
  api: ApiServer
  credentials: { cert: string; key: string }
  /** Rejects when another client has to wait. */
  checkPrompt(): Promise<void>
  /** Throws what nobody handled. */
  checkFailures(): void
}

export async function openFront(more: Partial<Parameters<typeof openApiServer>[0]> = {}): Promise<Front> {
  await using opening = new AsyncDisposableStack()
  const certificatesDir = await mkdtemp(join(tmpdir(), 'naru-fuzz-'))
  opening.defer(() => rm(certificatesDir, { recursive: true }))
  const store = opening.use(await openMemoryStore())
  const where = { certificatesDir, host: '127.0.0.1', port: 0 }
  const api = opening.use(await openApiServer({ store, logger: silentLogger, clock: systemClock, ...where, ...more }))
  const pair = await api.issueClientCertificate({ user: 'admin', groups: ['system:masters'] })
  const other: ClosableExchange = opening.use(openHttpsExchange({ server: api.url, caPem: api.caPem, ...pair }))
  const failures: unknown[] = []
  const note = (reason: unknown) => void failures.push(reason)
  process.on('unhandledRejection', note)
  opening.defer(() => void process.off('unhandledRejection', note))
  const opened = opening.move()
  return {
    api,
    credentials: { cert: pair.certPem, key: pair.keyPem },
    async checkPrompt() {
      const began = performance.now()
      const url = '/api/v1/namespaces/default'
      const signal = new AbortController().signal
      const { status } = await other({ method: 'GET', url, headers: {}, body: '', signal })
      const tookMs = performance.now() - began
      if (status !== 200) throw new Error(`another client was answered ${status}`)
      if (tookMs > MAX_INPUT_MS) throw new Error(`another client waited ${Math.round(tookMs)} ms`)
    },
    checkFailures() {
      if (failures.length > 0)
        throw new Error('a promise was rejected and nobody knew', { cause: failures.splice(0)[0] })
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** All that the server says until the connection is over. Rejects when it does not end. */
export function talk({ api, credentials }: Front, held: Conversation, protocol: string): Promise<Buffer> {
  const { hostname: host, port } = new URL(api.url)
  const more = held.known ? credentials : {}
  const socket = connect({ host, port: Number(port), ca: api.caPem, ALPNProtocols: [protocol], ...more })
  return converse(socket, held.pieces)
}
