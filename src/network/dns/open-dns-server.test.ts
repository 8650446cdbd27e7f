import { createSocket } from 'node:dgram'
import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import { type Answer, decode, encode, type Packet } from 'dns-packet'
import { nat, oneof, sample, tuple, uint8Array } from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import type { k8s } from '../../api/index.ts'
import { silentLogger, systemClock } from '../../lib/index.ts'
import { openListener } from './listeners.ts'
import { serveDns } from './open-dns-server.ts'
import { questionOf } from './query.ts'
import type { Upstream } from './resolv-conf.ts'
import { tableView } from './test-view.ts'

let open = new AsyncDisposableStack()
afterEach(async () => {
  await open.disposeAsync()
  open = new AsyncDisposableStack()
})

const manyEndpoints: k8s.Endpoint[] = Array.from({ length: 120 }, (_, at) => ({ addresses: [`10.244.0.${at + 2}`] }))
const view = tableView({
  namespaces: ['default'],
  services: [
    {
      metadata: { name: 'web', namespace: 'default' },
      spec: { clusterIP: '10.96.0.20', ports: [{ name: 'http', port: 80 }] },
    },
    { metadata: { name: 'many', namespace: 'default' }, spec: { clusterIP: 'None' } },
    {
      metadata: { name: 'out', namespace: 'default' },
      spec: { type: 'ExternalName', externalName: 'www.example.test' },
    },
  ],
  endpointSlices: [
    {
      metadata: { name: 'many-1', namespace: 'default', labels: { 'kubernetes.io/service-name': 'many' } },
      addressType: 'IPv4',
      endpoints: manyEndpoints,
    },
  ],
})

/** A name server of the world: every name has one address. Counts what it is asked. */
async function openUpstream(answer: (query: Packet) => Packet = worldAnswer, isUdpOnly = false) {
  const asked: string[] = []
  const queries: Buffer[] = []
  const listener = await openListener(
    { address: '127.0.0.1', port: 0 },
    {
      resolve: async (bytes, transport) => {
        if (isUdpOnly && transport === 'tcp') return undefined
        const query = decode(bytes)
        asked.push(`${query.questions?.[0]?.type} ${query.questions?.[0]?.name}`)
        queries.push(bytes)
        const reply = encode({ type: 'response', id: bytes.readUInt16BE(0), ...answer(query) })
        reply.writeUInt16BE(1, 4)
        return Buffer.concat([reply.subarray(0, 12), questionOf(bytes), reply.subarray(12)])
      },
    },
  )
  open.use(listener)
  return { asked, queries, upstream: { address: listener.address, port: listener.port } }
}

function worldAnswer(query: Packet): Packet {
  const { name = '', type } = query.questions?.[0] ?? {}
  const answers: Answer[] = type === 'A' ? [{ name, type: 'A', ttl: 60, data: '192.0.2.7' }] : []
  return { answers }
}

async function openServer(upstreams: Upstream[] = []) {
  const server = open.use(
    await serveDns({
      clock: systemClock,
      logger: silentLogger,
      listen: [{ address: '127.0.0.1', port: 0 }],
      view,
      upstreams,
    }),
  )
  const port = server.listening[0]?.port ?? 0
  const resolver = new Resolver({ timeout: 1_000, tries: 1 })
  resolver.setServers([`127.0.0.1:${port}`])
  return { port, resolver }
}

/** Sends raw bytes; resolves to the reply. */
async function exchange(port: number, bytes: Buffer): Promise<Buffer> {
  const socket = createSocket('udp4')
  try {
    const reply = once(socket, 'message') as Promise<[Buffer]>
    socket.send(bytes, port, '127.0.0.1')
    return (await reply)[0]
  } finally {
    socket.close()
  }
}

test('resolves Services as an ordinary resolver asks for them', async () => {
  const { resolver } = await openServer()
  expect(await resolver.resolve4('web.default.svc.cluster.local')).toEqual(['10.96.0.20'])
  expect(await resolver.resolveSrv('_http._tcp.web.default.svc.cluster.local')).toMatchObject([
    { name: 'web.default.svc.cluster.local', port: 80 },
  ])
  expect(await resolver.reverse('10.96.0.20')).toEqual(['web.default.svc.cluster.local'])
  await expect(resolver.resolve4('nope.default.svc.cluster.local')).rejects.toMatchObject({ code: 'ENOTFOUND' })
  await expect(resolver.resolve6('web.default.svc.cluster.local')).rejects.toMatchObject({ code: 'ENODATA' })
})

test('answers too large for UDP are truncated and complete over TCP', async () => {
  const { port, resolver } = await openServer()
  const query = encode({ type: 'query', id: 7, questions: [{ type: 'A', name: 'many.default.svc.cluster.local' }] })
  const reply = await exchange(port, query)
  expect(reply.length).toBeLessThanOrEqual(512)
  expect(decode(reply)).toMatchObject({ flag_tc: true, answers: [] })
  expect(await resolver.resolve4('many.default.svc.cluster.local')).toHaveLength(120)
})

test('negative answers carry an SOA, so that resolvers remember them shortly', async () => {
  const { port } = await openServer()
  const query = encode({ type: 'query', id: 7, questions: [{ type: 'A', name: 'nope.default.svc.cluster.local' }] })
  expect(decode(await exchange(port, query))).toMatchObject({
    rcode: 'NXDOMAIN',
    authorities: [{ type: 'SOA', name: 'cluster.local', ttl: 5, data: { minimum: 5 } }],
  })
})

test('names of the world come from upstream, and from memory the second time', async () => {
  const { upstream, asked } = await openUpstream()
  const { resolver } = await openServer([upstream])
  expect(await resolver.resolve4('example.test')).toEqual(['192.0.2.7'])
  expect(await resolver.resolve4('example.test')).toEqual(['192.0.2.7'])
  expect(asked).toEqual(['A example.test'])
})

test('an ExternalName brings the addresses of its target', async () => {
  const { upstream } = await openUpstream()
  const { resolver } = await openServer([upstream])
  expect(await resolver.resolve4('out.default.svc.cluster.local')).toEqual(['192.0.2.7'])
})

test('an ExternalName needs no more of a name server than UDP, unless the answer is larger', async () => {
  const { upstream } = await openUpstream(worldAnswer, true)
  const { resolver } = await openServer([upstream])
  expect(await resolver.resolve4('out.default.svc.cluster.local')).toEqual(['192.0.2.7'])
})

test.each([
  ['that there is no such name', 3, 'ENOTFOUND'],
  ['that it cannot say', 2, 'ESERVFAIL'],
])('an ExternalName says of its target what the world says: %s', async (_, flags, code) => {
  const { upstream } = await openUpstream(() => ({ flags }))
  const { resolver } = await openServer([upstream])
  await expect(resolver.resolve4('out.default.svc.cluster.local')).rejects.toMatchObject({ code })
})

test('what is remembered of a name says nothing of one that only reads alike', async () => {
  const soa = { mname: 'a', rname: 'b', serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 60 }
  const { upstream, asked } = await openUpstream((query) =>
    asked.length === 1
      ? { flags: 3, authorities: [{ name: '.', type: 'SOA', ttl: 60, data: soa }] }
      : worldAnswer(query),
  )
  const { port, resolver } = await openServer([upstream])
  const [header, end] = [Buffer.from('000701000001000000000000', 'hex'), Buffer.from('0000010001', 'hex')]
  // A domain of the root by the name of "bank.test".
  const alike = Buffer.concat([header, Buffer.from('\x03www\x09bank.test'), end])
  expect((await exchange(port, alike)).readUInt16BE(2) & 0xf).toBe(3)
  expect(await resolver.resolve4('www.bank.test')).toEqual(['192.0.2.7'])
  const loud = encode({ type: 'query', id: 7, questions: [{ type: 'A', name: 'WWW.bank.test' }] })
  expect(decode(await exchange(port, loud)).questions?.[0]?.name).toBe('WWW.bank.test')
})

test('a client’s cookie and its other EDNS options stay between it and us', async () => {
  const { upstream, queries } = await openUpstream()
  const { port } = await openServer([upstream])
  const question = encode({ type: 'query', id: 7, flags: 0x100, questions: [{ type: 'A', name: 'example.test' }] })
  question.writeUInt16BE(1, 10)
  // OPT of a client that takes 4096 bytes, wants signatures (DO) and has a cookie.
  const edns = Buffer.from('000029100000008000000c000a00080102030405060708', 'hex')
  expect(decode(await exchange(port, Buffer.concat([question, edns]))).answers).toHaveLength(1)
  expect(queries.map((query) => query.subarray(2).toString('hex'))).toEqual([
    `${question.subarray(2).toString('hex')}00002904d0000080000000`,
  ])
})

test('goes on to the next upstream when one is dead or refuses', async () => {
  const dead = await openUpstream()
  const refusing = await openUpstream(() => ({ flags: 5 }))
  const good = await openUpstream()
  const closed = { address: '127.0.0.1', port: 9 }
  const { resolver } = await openServer([closed, refusing.upstream, good.upstream, dead.upstream])
  expect(await resolver.resolve4('example.test')).toEqual(['192.0.2.7'])
  expect(dead.asked).toEqual([])
})

test('says SERVFAIL when nobody upstream answers', async () => {
  const { resolver } = await openServer([{ address: '127.0.0.1', port: 9 }])
  await expect(resolver.resolve4('example.test')).rejects.toMatchObject({ code: 'ESERVFAIL' })
})

test('a name server that cannot be reached at all, as on a machine without a network, is passed over', async () => {
  const { upstream } = await openUpstream()
  // The kernel lets nobody send to this address: it says so at once, as it does where there is no route.
  const unreachable = { address: '255.255.255.255', port: 53 }
  const { resolver } = await openServer([unreachable, upstream])
  expect(await resolver.resolve4('example.test')).toEqual(['192.0.2.7'])
})

test('never falls over malformed packets, and never answers answers', async () => {
  const { port, resolver } = await openServer()
  const socket = createSocket('udp4')
  const replies: Buffer[] = []
  socket.on('message', (reply) => replies.push(reply))
  const query = encode({ type: 'query', id: 7, questions: [{ type: 'A', name: 'web.default.svc.cluster.local' }] })
  const damaged = tuple(nat(query.length - 1), nat(255)).map(([at, value]) => {
    const bytes = Buffer.from(query)
    bytes[at] = value
    return bytes
  })
  const noise = uint8Array({ maxLength: 600, size: 'max' }).map((bytes) => Buffer.from(bytes))
  // One turn of the event loop each, so that the receiving buffer does not overflow.
  for (const bytes of sample(oneof(damaged, noise), 300))
    await new Promise<void>((resolve) => socket.send(bytes, port, '127.0.0.1', () => setImmediate(resolve)))
  expect(await resolver.resolve4('web.default.svc.cluster.local')).toEqual(['10.96.0.20'])
  socket.close()
  const isResponse = (reply: Buffer) => reply.length >= 12 && (reply.readUInt16BE(2) & 0x8000) !== 0
  expect(replies.every(isResponse)).toBe(true)
})

test('says what is wrong with a query it cannot read', async () => {
  const { port } = await openServer()
  const truncated = encode({ type: 'query', id: 9, questions: [{ type: 'A', name: 'example.test' }] }).subarray(0, 20)
  expect((await exchange(port, truncated)).readUInt16BE(2) & 0xf).toBe(1)
  const boastful = encode({ type: 'query', id: 9, questions: [{ type: 'A', name: 'example.test' }] })
  boastful.writeUInt16BE(0xffff, 6)
  expect((await exchange(port, boastful)).readUInt16BE(2) & 0xf).toBe(1)
  const update = encode({ type: 'query', id: 9, flags: 5 << 11, questions: [{ type: 'A', name: 'example.test' }] })
  expect((await exchange(port, update)).readUInt16BE(2) & 0xf).toBe(4)
})
