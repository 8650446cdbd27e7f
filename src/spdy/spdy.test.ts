import { Duplex, duplexPair } from 'node:stream'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createInflate } from 'node:zlib'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { SpdyClient } from './client.ts'
import { spdyDictionary } from './dictionary.ts'
import { dataFrame, ping, type SpdyFrame, SpdyFrameReader, synStream } from './frames.ts'

it('frames cut anywhere come out whole and in order', () => {
  const payload = fc.uint8Array({ maxLength: 300 })
  const frames = fc.array(fc.tuple(fc.integer({ min: 1, max: 2 ** 31 - 1 }), payload, fc.boolean()), { maxLength: 5 })
  fc.assert(
    fc.property(frames, fc.array(fc.nat(2000), { maxLength: 8 }), (sent, cuts) => {
      const bytes = Buffer.concat(sent.map(([id, data, last]) => dataFrame(id, data, last)))
      const places = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length]
      const reader = new SpdyFrameReader()
      const read: SpdyFrame[] = []
      for (const [index, from] of places.slice(0, -1).entries())
        read.push(...reader.read(bytes.subarray(from, places[index + 1])))
      expect(read).toEqual(
        sent.map(([streamId, data, last]) => ({ type: 'data', streamId, data: Buffer.from(data), last })),
      )
    }),
  )
})

it('control frames are told apart', () => {
  const reset = Buffer.from('80030003000000080000000500000001', 'hex')
  const goAway = Buffer.from('80030007000000080000000000000000', 'hex')
  const reader = new SpdyFrameReader()
  const bytes = Buffer.concat([reset, ping(Buffer.from([0, 0, 0, 2])), goAway, synStream(1, Buffer.alloc(0))])
  expect(reader.read(bytes)).toEqual([
    { type: 'reset', streamId: 5 },
    { type: 'ping', payload: Buffer.from([0, 0, 0, 2]) },
    { type: 'goAway' },
    { type: 'other' },
  ])
})

it('a client opens streams whose headers one inflater reads, answers pings, and hands on what comes', async () => {
  const [client, server] = duplexPair()
  const spdy = new SpdyClient(client, Buffer.alloc(0))
  const got: string[] = []
  const first = await spdy.open(
    { streamType: 'error' },
    {
      onData: (data) => got.push(`error ${data.toString()}`),
    },
  )
  const second = await spdy.open(
    { streamType: 'stdout' },
    {
      onData: (data) => got.push(`stdout ${data.toString()}`),
      onEnd: () => got.push('end of stdout'),
    },
  )
  spdy.write(first, Buffer.from('in'))
  spdy.end(first)
  server.write(ping(Buffer.from([0, 0, 0, 2])))
  server.write(dataFrame(second, Buffer.from('out'), false))
  server.write(dataFrame(first, Buffer.from('done'), true))
  await expect.poll(() => got).toEqual(['stdout out', 'error done'])

  const bytes = server.read() as Buffer
  const reader = new SpdyFrameReader()
  expect(reader.read(bytes).slice(2)).toEqual([
    { type: 'data', streamId: 1, data: Buffer.from('in'), last: false },
    { type: 'data', streamId: 1, data: Buffer.alloc(0), last: true },
    { type: 'ping', payload: Buffer.from([0, 0, 0, 2]) },
  ])
  const inflate = createInflate({ dictionary: spdyDictionary() })
  const blocks: Buffer[] = []
  inflate.on('data', (chunk: Buffer) => blocks.push(chunk))
  const firstLength = 8 + (bytes.readUInt32BE(4) & 0xffffff)
  const secondLength = 8 + (bytes.readUInt32BE(firstLength + 4) & 0xffffff)
  inflate.write(bytes.subarray(18, firstLength))
  inflate.write(bytes.subarray(firstLength + 18, firstLength + secondLength))
  // Names in lower case, each with its length.
  const block = (value: string) => `\0\0\0\x01\0\0\0\nstreamtype\0\0\0${String.fromCharCode(value.length)}${value}`
  await expect.poll(() => Buffer.concat(blocks).toString()).toBe(block('error') + block('stdout'))
  spdy.destroy()
  await spdy.closed
})

it('a large frame that comes in small pieces is copied once', () => {
  const frame = dataFrame(1, Buffer.alloc(8 * 1024 * 1024, 'x'), true)
  const reader = new SpdyFrameReader()
  const read: SpdyFrame[] = []
  const began = performance.now()
  for (let at = 0; at < frame.length; at += 512) read.push(...reader.read(frame.subarray(at, at + 512)))
  expect(read).toHaveLength(1)
  // Copied anew with each piece it would be 64 GiB.
  expect(performance.now() - began).toBeLessThan(3000)
})

it('waiting for the connection to take more leaves nothing behind, however often', async () => {
  const socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => setImmediate(done) })
  const spdy = new SpdyClient(socket, Buffer.alloc(0))
  const data = Buffer.alloc(20_000)
  const wait = async (times: number) => {
    for (let waited = 0; waited < times; ) {
      if (spdy.write(1, data)) continue
      await spdy.drained()
      waited++
    }
    return heapBytes()
  }
  const before = await wait(1000)
  expect((await wait(5000)) - before).toBeLessThan(500_000)
  spdy.destroy()
})

it('who waits for a connection that has ended waits for nothing', async () => {
  const [client] = duplexPair()
  const spdy = new SpdyClient(client, Buffer.alloc(0))
  spdy.destroy()
  await spdy.closed
  await spdy.drained()
  await spdy.open({ streamType: 'data' })
})

function heapBytes(): number {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
  return process.memoryUsage().heapUsed
}
