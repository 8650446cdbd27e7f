/** Bytes that are nearly HTTP/2: frames of all kinds in any order, and what is known to have brought servers down.
 *  Source: RFC 9113; CVE-2023-44487 (rapid reset), CVE-2024-27316 (continuation flood), CVE-2019-9511 to 9518. */
import * as fc from 'fast-check'

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
const TYPE = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  push: 5,
  ping: 6,
  goAway: 7,
  window: 8,
  continuation: 9,
} as const
const FLAG = { endStream: 1, ack: 1, endHeaders: 4, padded: 8, priority: 32 } as const

interface Frame {
  type: number
  flags?: number
  stream?: number
  payload?: Uint8Array
  /** Where it is not the payload's own. */
  length?: number
}

function frame({ type, flags = 0, stream = 0, payload = new Uint8Array(), length = payload.length }: Frame): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(length & 0xffffff, 0, 3)
  head[3] = type & 255
  head[4] = flags & 255
  head.writeUInt32BE(stream >>> 0, 5)
  return Buffer.concat([head, payload])
}

const word = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value >>> 0)
  return bytes
}
const setting = (id: number, value: number) => Buffer.concat([Buffer.from([id >> 8, id & 255]), word(value)])
/** HPACK integers with a prefix of seven bits. */
const prefixed = (length: number): number[] => {
  if (length < 127) return [length]
  const bytes = [127]
  for (length -= 127; length >= 128; length = Math.floor(length / 128)) bytes.push((length % 128) + 128)
  return [...bytes, length]
}
const text = (value: string) => Buffer.concat([Buffer.from(prefixed(value.length)), Buffer.from(value, 'latin1')])
/** Literal, neither indexed nor compressed. */
const field = (name: string, value: string) => Buffer.concat([Buffer.from([0]), text(name), text(value)])
/** As `field`, and kept in the table, where it is found at index 62. */
const kept = (name: string, value: string) => Buffer.concat([Buffer.from([0x40]), text(name), text(value)])
const block = (method: string, path: string, more: readonly Buffer[] = []) =>
  Buffer.concat([
    field(':method', method),
    field(':path', path),
    field(':scheme', 'https'),
    field(':authority', 'a'),
    ...more,
  ])
const ask = (stream: number, path = '/livez', flags: number = FLAG.endStream | FLAG.endHeaders) =>
  frame({ type: TYPE.headers, flags, stream, payload: block('GET', path) })
const repeat = (count: number, make: (index: number) => Buffer) =>
  Buffer.concat(Array.from({ length: count }, (_, i) => make(i)))
const odd = (index: number) => index * 2 + 1
const LIST = '/api/v1/namespaces'

const FLOODS: readonly (() => Buffer)[] = [
  // Streams opened and reset at once.
  () =>
    repeat(3000, (i) =>
      Buffer.concat([ask(odd(i), LIST), frame({ type: TYPE.reset, stream: odd(i), payload: word(8) })]),
    ),
  () => repeat(3000, (i) => ask(odd(i))),
  // Headers that never end.
  () =>
    Buffer.concat([
      ask(1, '/', 0),
      repeat(2000, () => frame({ type: TYPE.continuation, stream: 1, payload: field('a', 'b'.repeat(1000)) })),
    ]),
  () => Buffer.concat([ask(1, '/', 0), repeat(20_000, () => frame({ type: TYPE.continuation, stream: 1 }))]),
  // A header kept once and meant thousands of times.
  () =>
    frame({
      type: TYPE.headers,
      flags: 5,
      stream: 1,
      payload: Buffer.concat([block('GET', '/api'), kept('x', 'y'.repeat(3900)), Buffer.alloc(12_000, 0xbe)]),
    }),
  () =>
    frame({
      type: TYPE.headers,
      flags: 5,
      stream: 1,
      payload: block(
        'GET',
        '/api',
        Array.from({ length: 3000 }, () => field('', '')),
      ),
    }),
  () => repeat(20_000, () => frame({ type: TYPE.settings })),
  () =>
    repeat(2000, () =>
      frame({ type: TYPE.settings, payload: Buffer.concat(Array.from({ length: 40 }, (_, i) => setting(4, i))) }),
    ),
  () => repeat(20_000, () => frame({ type: TYPE.ping, payload: Buffer.alloc(8) })),
  () => repeat(20_000, () => frame({ type: TYPE.window, payload: word(1) })),
  () => repeat(20_000, (i) => frame({ type: TYPE.priority, stream: odd(i), payload: Buffer.alloc(5) })),
  // No window, and many who are to be answered.
  () => Buffer.concat([frame({ type: TYPE.settings, payload: setting(4, 0) }), repeat(500, (i) => ask(odd(i), LIST))]),
  () =>
    Buffer.concat([
      ask(1, LIST),
      frame({ type: TYPE.window, payload: word(0x7fffffff) }),
      frame({ type: TYPE.window, stream: 1, payload: word(0x7fffffff) }),
    ]),
  // Bodies that never end, and nothing in them.
  () =>
    Buffer.concat([
      repeat(200, (i) => frame({ type: TYPE.headers, flags: 4, stream: odd(i), payload: block('POST', LIST) })),
      repeat(5000, (i) => frame({ type: TYPE.data, stream: odd(i % 200) })),
    ]),
  () =>
    Buffer.concat([
      frame({ type: TYPE.headers, flags: 4, stream: 1, payload: block('POST', LIST) }),
      repeat(300, () => frame({ type: TYPE.data, stream: 1, payload: Buffer.alloc(16_384, 0x20) })),
    ]),
  () =>
    repeat(200, (i) =>
      Buffer.concat([
        frame({
          type: TYPE.headers,
          flags: 4,
          stream: odd(i),
          payload: block('POST', LIST, [field('content-length', '3000000')]),
        }),
        frame({ type: TYPE.data, stream: odd(i), payload: Buffer.alloc(200, 0x20) }),
      ]),
    ),
  () => repeat(100, (i) => ask(odd(i), '/api/v1/namespaces?watch=1')),
]

const stream = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(1, 3, 5, 7, 9) },
  { weight: 1, arbitrary: fc.constantFrom(0, 2, 0x7fffffff, 0xffffffff) },
)
const path = fc.constantFrom(
  '/livez',
  '/api',
  LIST,
  '',
  '/%',
  '*',
  '/api/v1/namespaces?watch=1&timeoutSeconds=1',
  '/'.repeat(5000),
)
const method = fc.constantFrom('GET', 'POST', 'HEAD', 'CONNECT', 'OPTIONS', 'x', '')
const extra = fc.array(
  fc.oneof(
    fc.constantFrom(
      field('connection', 'close'),
      field('transfer-encoding', 'chunked'),
      field('content-length', '5'),
      field('content-length', '-1'),
      field('content-length', '99999999999999'),
      field(':path', '/again'),
      field(':status', '200'),
      field('Upper', 'case'),
      field('te', 'trailers'),
      field('expect', '100-continue'),
      field('a', '\r\nb: c'),
      field('a\0b', '\0'),
      field(':protocol', 'websocket'),
      field('cookie', 'a=b'),
      field('host', 'other'),
      field('authorization', 'Bearer x'),
    ),
    fc.tuple(fc.string({ maxLength: 5 }), fc.string({ maxLength: 5 })).map(([name, value]) => field(name, value)),
    fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
  ),
  { maxLength: 4 },
)
const flags = fc.oneof(fc.constantFrom(0, 1, 4, 5), fc.nat(255))
const bytes = fc.uint8Array({ maxLength: 40 })
const anyFrame = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(stream, flags, method, path, extra)
      .map(([at, flag, verb, where, more]) =>
        frame({ type: TYPE.headers, flags: flag, stream: at, payload: block(verb, where, more) }),
      ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(stream, flags, bytes)
      .map(([at, flag, payload]) => frame({ type: TYPE.data, flags: flag, stream: at, payload })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.nat(10), fc.constantFrom(0, 1, 16_383, 16_384, 0x7fffffff, 0xffffffff))
      .map(([id, value]) => frame({ type: TYPE.settings, payload: setting(id, value) })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(stream, fc.constantFrom(0, 1, 0x7fffffff, 0xffffffff))
      .map(([at, value]) => frame({ type: TYPE.window, stream: at, payload: word(value) })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(stream, fc.nat(20))
      .map(([at, code]) => frame({ type: TYPE.reset, stream: at, payload: word(code) })),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.nat(12), flags, stream, bytes, fc.option(fc.nat(0xffffff), { nil: undefined, freq: 4 }))
      .map(([type, flag, at, payload, length]) =>
        frame({ type, flags: flag, stream: at, payload, ...(length !== undefined && { length }) }),
      ),
  },
)
const begin = fc.oneof(
  { weight: 10, arbitrary: fc.constant([PREFACE, frame({ type: TYPE.settings })]) },
  {
    weight: 1,
    arbitrary: fc.constantFrom([PREFACE], [], [PREFACE.subarray(0, 10)], [Buffer.from('GET / HTTP/1.1\r\n\r\n')]),
  },
)

export const http2Bytes: fc.Arbitrary<readonly Uint8Array[]> = fc
  .tuple(
    begin,
    fc.oneof(
      { weight: 4, arbitrary: fc.array(anyFrame, { maxLength: 12 }) },
      { weight: 1, arbitrary: fc.constantFrom(...FLOODS).map((flood) => [flood()]) },
    ),
  )
  .map(([first, frames]) => [...first, ...frames])
