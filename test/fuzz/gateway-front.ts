/** A gateway between programs of the network and a backend that answers in all ways, and what must stay true of it
 *  whatever one of them sends: the others get their own answers, and the backend no request that nobody made. */
import { Agent, createServer, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http'
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { type KubeObject, resources } from '../../src/api/index.ts'
import { openHostAuthority } from '../../src/certificates/index.ts'
import { type AccessRecord, type Gateway, openGateway } from '../../src/gateway/index.ts'
import { silentLogger, systemClock } from '../../src/lib/index.ts'
import { openTestCluster, type TestCluster } from '../harness/cluster.ts'
import { MAX_INPUT_MS } from './surface.ts'

/** What everybody asks for, as the bytes that are sent have it. */
const HOST = 'a'
/** Where the pods of the process runtime are. */
const BACKEND = '127.64.0.1'
const CHUNK = Buffer.alloc(100_000, 'x')

export interface GatewayFront extends AsyncDisposable {
  gateway: Gateway
  caPem: string
  /** Rejects when other clients wait, or get an answer that is not theirs. */
  checkOthers(): Promise<void>
  /** Rejects when the backend got what was not asked of the gateway or cannot be read, or when the gateway failed. */
  checkBackend(): Promise<void>
}

/** Disposing it rejects when a connection is left. */
export async function openGatewayFront(): Promise<GatewayFront> {
  const before = connections()
  await using opening = new AsyncDisposableStack()
  opening.defer(() =>
    until(
      () => connections() <= before,
      () => `${connections() - before} connections are left`,
    ),
  )
  const cluster = opening.use(await openTestCluster())
  const backend = opening.use(await openBackend())
  await serveAt(cluster, backend.port)
  const folder = await mkdtemp(join(tmpdir(), 'naru-fuzz-'))
  opening.defer(() => rm(folder, { recursive: true }))
  const authority = await openHostAuthority(folder, systemClock)
  const asked = new Tally()
  const failed: string[] = []
  const accessLog = new Writable({
    decodeStrings: false,
    write: (line: string, _encoding, done) => {
      const { endpoint, retries, method, path, status } = JSON.parse(line) as AccessRecord
      if (endpoint !== undefined) asked.add(`${method} ${path}`, retries + 1)
      if (status >= 500) failed.push(`${status} to ${method} ${path}`)
      done()
    },
  })
  const gateway = opening.use(
    await openGateway({
      client: cluster.client,
      logger: silentLogger,
      clock: systemClock,
      listen: { host: '127.0.0.1', port: 0 },
      secure: { port: 0, authority },
      accessLog,
      limits: { drainMs: 100 },
    }),
  )
  await gateway.synced
  const others = opening.use(openOthers(gateway, authority.authority.certPem))
  const opened = opening.move()
  return {
    gateway,
    caPem: authority.authority.certPem,
    checkOthers: () => others.check(),
    async checkBackend() {
      // A request is written down when it has ended, and may arrive after its client has left.
      await until(
        () => backend.seen.exceeding(asked) === undefined,
        () => `the backend got ${backend.seen.exceeding(asked)}, which nobody asked for`,
      )
      backend.checkFailures()
      if (failed.length > 0) throw new Error(`answered ${failed.splice(0).join(', ')}`)
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** How often there was what. */
class Tally {
  readonly #counts = new Map<string, number>()

  add(what: string, times = 1): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + times)
  }

  /** What there was more often here than there. */
  exceeding(other: Tally): string | undefined {
    for (const [what, count] of this.#counts) if (count > (other.#counts.get(what) ?? 0)) return what
    return undefined
  }
}

const connections = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length

async function until(holds: () => boolean, otherwise: () => string): Promise<void> {
  for (const began = performance.now(); !holds(); await new Promise((resolve) => setTimeout(resolve, 5)))
    if (performance.now() - began > MAX_INPUT_MS) throw new Error(otherwise())
}

interface Backend extends AsyncDisposable {
  port: number
  /** `METHOD path` of what it got. */
  seen: Tally
  /** Throws what could not be read. */
  checkFailures(): void
}

/** Requests that were cut off on their way, and methods that only HTTP/2 lets through, are no fault of the gateway. */
const EXCUSED = new Set(['ECONNRESET', 'EPIPE', 'HPE_INVALID_EOF_STATE', 'HPE_INVALID_METHOD'])

/** More than the gateway takes of a client and adds: that the backend takes less is no fault of the gateway. */
const MAX_HEADER_BYTES = 128 * 1024

async function openBackend(): Promise<Backend> {
  const seen = new Tally()
  const failures: Error[] = []
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
    seen.add(`${request.method} ${pathOf(request)}`)
    request.resume()
    answer(request, response)
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!EXCUSED.has(error.code ?? '')) failures.push(error)
    socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, BACKEND, resolve))
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    checkFailures() {
      if (failures.length > 0) throw new Error('the backend got what is no request', { cause: failures.splice(0)[0] })
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

const pathOf = ({ url = '' }: IncomingMessage): string => url.split('?', 1)[0] ?? ''

/** Its name to who asks for an echo; else, by the length of the path, a short or long answer, or one in pieces. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const path = pathOf(request)
  if (path.startsWith('/echo/')) return void response.end(path.slice('/echo/'.length))
  if (path.length % 3 === 0) return void response.end('hello')
  if (path.length % 3 === 1 || request.method === 'HEAD') return void response.end(CHUNK)
  response.writeHead(200, { trailer: 'x-end' })
  response.write('first')
  setImmediate(() => {
    response.addTrailers({ 'x-end': '1' })
    response.end(CHUNK)
  })
}

/** A route to the backend. */
async function serveAt({ client }: TestCluster, port: number): Promise<void> {
  const metadata = { name: 'a', namespace: 'default' }
  const ports = [{ name: 'http', port, protocol: 'TCP' }]
  const create = <T extends KubeObject>(...args: Parameters<typeof client.create<T>>) => client.create<T>(...args)
  await create(resources.services, { metadata, spec: { clusterIP: 'None', ports } })
  await create(resources.endpointslices, {
    metadata: { ...metadata, labels: { 'kubernetes.io/service-name': 'a' } },
    addressType: 'IPv4',
    ports,
    endpoints: [{ addresses: [BACKEND], conditions: { ready: true } }],
  })
  const service = { name: 'a', port: { number: port } }
  const paths = [{ path: '/', pathType: 'Prefix', backend: { service } }]
  await create(resources.ingresses, {
    metadata,
    spec: { ingressClassName: 'naru', rules: [{ host: HOST, http: { paths } }] },
  })
}

/** Those who use the gateway as they should, by HTTP/1.1 and HTTP/2, over connections that they keep. */
function openOthers(gateway: Gateway, caPem: string): Disposable & { check(): Promise<void> } {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  let session: ClientHttp2Session | undefined
  let asked = 0
  const check = async (ask: (path: string) => Promise<string>, protocol: string) => {
    const name = `${protocol}-${++asked}`
    const began = performance.now()
    const said = await ask(`/echo/${name}`)
    const tookMs = performance.now() - began
    if (said !== name) throw new Error(`another client asked for ${name} and got ${JSON.stringify(said.slice(0, 200))}`)
    if (tookMs > MAX_INPUT_MS) throw new Error(`another client waited ${Math.round(tookMs)} ms`)
  }
  const byHttp1 = (path: string) =>
    new Promise<string>((resolve, reject) => {
      const at = { host: gateway.host, port: gateway.port, agent, path, headers: { host: HOST } }
      httpRequest(at, (response) => void text(response).then(resolve, reject))
        .on('error', reject)
        .end()
    })
  const byHttp2 = (path: string) => {
    session ??= connectHttp2(`https://${gateway.host}:${gateway.securePort}`, { ca: caPem })
    return text(session.request({ ':path': path, ':authority': HOST }))
  }
  return {
    check: async () => void (await Promise.all([check(byHttp1, 'http1'), check(byHttp2, 'http2')])),
    [Symbol.dispose]() {
      agent.destroy()
      session?.destroy()
    },
  }
}
