/** What reads bytes. */
import { decodeProtobuf } from '../../../src/apiserver/protobuf/index.ts'
import { dataFrame, SpdyFrameReader } from '../../../src/spdy/index.ts'
import { type NamedGrowth, range, refusable } from './named-growth.ts'

const bytes = (name: string, make: (size: number) => Buffer, read: (made: Buffer) => unknown): NamedGrowth => ({
  name,
  growth: {
    input: (size) => {
      const made = make(size)
      return { bytes: made.length, run: () => refusable(() => read(made)) }
    },
  },
})
const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))]
const field = (at: number, content: Uint8Array) =>
  Buffer.concat([Buffer.from([(at << 3) | 2, ...varint(content.length)]), content])
const protobuf = (kind: string, raw: Uint8Array) => {
  const type = Buffer.concat([field(1, Buffer.from('v1')), field(2, Buffer.from(kind))])
  return Buffer.concat([Buffer.from('k8s\0'), field(1, type), field(2, raw)])
}
/** In pieces as sockets give them. */
function readInPieces(made: Buffer): void {
  const reader = new SpdyFrameReader()
  for (let at = 0; at < made.length; at += 1024) reader.read(made.subarray(at, at + 1024))
}

export const binaryGrowths: readonly NamedGrowth[] = [
  bytes(
    'protobuf maps',
    (size) =>
      protobuf(
        'ConfigMap',
        Buffer.concat(
          range(size, (index) =>
            field(2, Buffer.concat([field(1, Buffer.from(`k${index}`)), field(2, Buffer.from('v'))])),
          ),
        ),
      ),
    decodeProtobuf,
  ),
  bytes(
    'protobuf lists',
    (size) => protobuf('ConfigMapList', Buffer.concat(range(size, () => field(2, Buffer.alloc(0))))),
    decodeProtobuf,
  ),
  bytes(
    'protobuf fields of nobody',
    (size) => protobuf('ConfigMap', Buffer.concat(range(size, () => field(15, Buffer.from('a'))))),
    decodeProtobuf,
  ),
  bytes(
    'protobuf fields that come again',
    (size) => protobuf('ConfigMap', Buffer.concat(range(size, () => field(1, field(1, Buffer.from('a')))))),
    decodeProtobuf,
  ),
  bytes('large SPDY frames', (size) => dataFrame(1, Buffer.alloc(size * 64), false), readInPieces),
  bytes(
    'small SPDY frames',
    (size) => Buffer.concat(range(size, () => dataFrame(1, Buffer.from('a'), false))),
    readInPieces,
  ),
]
