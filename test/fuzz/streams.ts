/** What travels when a command runs in a pod: WebSocket frames of clients, SPDY frames of container runtimes. Both are
 *  anything here. Each stream ends, and the server goes on. */
import * as fc from 'fast-check'
import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { once } from 'node:events'
import { resources } from '../../src/api/index.ts'
import { dataFrame, SpdyFrameReader } from '../../src/spdy/index.ts'
import { openClient } from '../../src/client/index.ts'
import { openFront, talk } from './front.ts'
import type { FuzzTarget } from './fuzz-target.ts'

const bytes = fc.uint8Array({ maxLength: 60 }).map((it) => Buffer.from(it))
const large = fc.constantFrom(126, 65_535, 65_536, 300_000).map((length) => Buffer.alloc(length, 'x'))
const message = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom(0, 0, 0, 4, 255, 255, 1, 2, 3, 9), bytes)
      .map(([channel, data]) => Buffer.concat([Buffer.of(channel), data])),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      Buffer.alloc(0),
      Buffer.of(255, 0),
      Buffer.of(255),
      Buffer.of(4, 123),
      Buffer.of(255, 9),
      Buffer.of(0xc3, 0x28),
    ),
  },
  { weight: 1, arbitrary: large },
)

interface Drawn {
  opcode: number
  flags: number
  masked: boolean
  payload: Buffer
  /** Where the length is not the payload's own. */
  length: bigint | undefined
}

function webSocketFrame({ opcode, flags, masked, payload, length = BigInt(payload.length) }: Drawn): Buffer {
  const mask = masked ? 0x80 : 0
  const first = Buffer.of((flags << 4) | opcode)
  const wide = Buffer.alloc(8)
  wide.writeBigUInt64BE(length)
  const size =
    length < 126n
      ? Buffer.of(mask | Number(length))
      : length < 65_536n
        ? Buffer.concat([Buffer.of(mask | 126), wide.subarray(6)])
        : Buffer.concat([Buffer.of(mask | 127), wide])
  return Buffer.concat([first, size, ...(masked ? [Buffer.alloc(4)] : []), payload])
}

const webSocket = fc
  .record({
    opcode: fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(2, 2, 1, 0, 8, 9, 10) },
      { weight: 1, arbitrary: fc.nat(15) },
    ),
    // 8: the last of a message; the others are reserved.
    flags: fc.oneof({ weight: 6, arbitrary: fc.constantFrom(8, 8, 8, 0) }, { weight: 1, arbitrary: fc.nat(15) }),
    masked: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
    payload: message,
    length: fc.option(fc.constantFrom(0n, 5n, 126n, 70_000n, 5_000_000n, 2n ** 53n, 2n ** 64n - 1n), {
      nil: undefined,
      freq: 12,
    }),
  })
  .map(webSocketFrame)

const control = fc
  .tuple(
    fc.nat(12),
    fc.nat(255),
    bytes,
    fc.constantFrom(2, 3, 3, 3),
    fc.option(fc.nat(0xffffff), { nil: undefined, freq: 8 }),
  )
  .map(([type, flags, payload, version, length = payload.length]) => {
    const head = Buffer.alloc(8)
    head.writeUInt16BE(0x8000 | version, 0)
    head.writeUInt16BE(type, 2)
    head.writeUInt32BE(((flags << 24) | length) >>> 0, 4)
    return Buffer.concat([head, payload])
  })
const spdy = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom(1, 3, 5, 7, 0, 2, 0x7fffffff), fc.oneof(bytes, large), fc.boolean())
      .map(([id, data, last]) => dataFrame(id, data, last)),
  },
  { weight: 3, arbitrary: control },
  { weight: 1, arbitrary: bytes },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(2000, 20_000)
      .map((count) =>
        Buffer.concat(Array.from({ length: count }, () => Buffer.from('800300060000000400000002', 'hex'))),
      ),
  },
)

const COMMAND = '/api/v1/namespaces/default/pods/web/exec?command=a&stdin=true&stdout=true&stderr=true&tty=true'
const PORT = '/api/v1/namespaces/default/pods/web/portforward?ports=80'
const handshake = fc.oneof(
  { weight: 5, arbitrary: fc.constant(upgrade(COMMAND, 'v5.channel.k8s.io')) },
  { weight: 1, arbitrary: fc.constant(upgrade(COMMAND, 'v4.channel.k8s.io')) },
  { weight: 2, arbitrary: fc.constant(upgrade(PORT, 'SPDY/3.1+portforward.k8s.io')) },
  { weight: 1, arbitrary: fc.constant(upgrade(COMMAND, 'v5.channel.k8s.io').replace('Version: 13', 'Version: 8')) },
  {
    weight: 1,
    arbitrary: fc.constant(upgrade(COMMAND, 'v5.channel.k8s.io').replace('Key: AAAAAAAAAAAAAAAAAAAAAA==', 'Key: x')),
  },
  {
    weight: 1,
    arbitrary: fc.constant(
      `POST ${COMMAND} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n\r\n`,
    ),
  },
)

function upgrade(path: string, protocol: string): string {
  const version = 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=='
  return `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${version}\r\nSec-WebSocket-Protocol: ${protocol}\r\n\r\n`
}

/** A container runtime that says what it is told to. */
async function openRuntime(): Promise<{ location: string; says: readonly Buffer[] } & AsyncDisposable> {
  const runtime = {
    says: [] as readonly Buffer[],
    location: '',
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
  const sockets = new Set<Socket>()
  const server: Server = createServer().on('upgrade', (_request, stream) => {
    const socket = stream as Socket
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    socket.on('data', () => {})
    socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: SPDY/3.1\r\n\r\n')
    for (const piece of runtime.says) socket.write(piece)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  runtime.location = `http://127.0.0.1:${(server.address() as AddressInfo).port}/exec/token`
  return runtime
}

const framesTarget: FuzzTarget = {
  name: 'SPDY frames',
  numRuns: 50,
  run: (options) => {
    const frames = fc.property(fc.array(spdy, { maxLength: 10 }), fc.array(fc.nat(500)), (pieces, cuts) => {
      const all = Buffer.concat(pieces)
      const places = [0, ...cuts.filter((cut) => cut < all.length).toSorted((a, b) => a - b), all.length]
      const [whole, inPieces] = [new SpdyFrameReader(), new SpdyFrameReader()]
      const read = places.slice(1).flatMap((to, index) => inPieces.read(all.subarray(places[index], to)))
      if (JSON.stringify(read) !== JSON.stringify(whole.read(all)))
        throw new Error('frames differ by where they are cut')
    })
    return Promise.resolve(fc.assert(frames, options))
  },
}

export const streamTargets: readonly FuzzTarget[] = [
  framesTarget,
  {
    name: 'streams of pods',
    numRuns: 10,
    run: async (options) => {
      await using runtime = await openRuntime()
      const kubelet = () => Promise.resolve({ status: 302, headers: { location: runtime.location }, body: '' })
      await using front = await openFront({ kubelet })
      const admin = openClient(front.api.exchangeAs({ name: 'admin', groups: ['system:masters'] }))
      const metadata = { namespace: 'default', name: 'web' }
      await admin.create(resources.serviceaccounts, { metadata: { ...metadata, name: 'default' } })
      const spec = { nodeName: 'one', containers: [{ name: 'app', image: 'app' }] }
      await admin.create(resources.pods, { apiVersion: 'v1', kind: 'Pod', metadata, spec })
      const conversation = fc.record({
        head: handshake,
        frames: fc.array(webSocket, { maxLength: 10 }),
        says: fc.array(spdy, { maxLength: 6 }),
      })
      const holds = fc.asyncProperty(conversation, async ({ head, frames, says }) => {
        runtime.says = says
        const held = { pieces: [Buffer.from(head), ...frames], known: true }
        const [answer] = await Promise.all([talk(front, held, 'http/1.1'), front.checkPrompt()])
        const status = /^HTTP\/1\.1 (\d{3})/.exec(answer.toString('latin1'))?.[1]
        if (answer.length > 0 && status !== '101' && !status?.startsWith('4')) throw new Error(`answered ${status}`)
        front.checkFailures()
      })
      await fc.assert(holds, options)
    },
  },
]
