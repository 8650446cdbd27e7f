import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { kubectlBodies } from '../../../test/harness/kubectl-bodies.ts'
import { allResources, apiVersionOf, isApiError } from '../../api/index.ts'
import { decodeProtobuf, ProtobufError } from './index.ts'

// Small messages, written by hand from the wire format: [field << 3 | wire type, …].
const number = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...number(value >> 7)])
const text = (value: string) => [...Buffer.from(value)]
const field = (at: number, bytes: readonly number[]) => [...number((at << 3) | 2), ...number(bytes.length), ...bytes]
const varint = (at: number, ...bytes: number[]) => [...number(at << 3), ...bytes]
const double = (at: number, value: number) => {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleLE(value)
  return [...number((at << 3) | 1), ...bytes]
}
const envelope = (apiVersion: string, kind: string, raw: readonly number[]) =>
  Uint8Array.from([
    0x6b,
    0x38,
    0x73,
    0,
    ...field(1, [...field(1, text(apiVersion)), ...field(2, text(kind))]),
    ...field(2, raw),
    ...field(3, []),
  ])
const named = (name: string) => field(1, field(1, text(name)))
const decode = (...envelopeParts: Parameters<typeof envelope>) => decodeProtobuf(envelope(...envelopeParts))
/** A CustomResourceDefinition with one version of this schema. */
const customKind = (schema: readonly number[]) =>
  field(2, field(7, [...field(1, text('v1')), ...field(4, field(1, schema))]))
const nested = (levels: number): number[] => (levels === 0 ? [] : field(28, nested(levels - 1)))

describe('Kubernetes protobuf', () => {
  test.each(kubectlBodies)('from $command is the object that kubectl prints', ({ body, object }) => {
    expect(decodeProtobuf(Buffer.from(body, 'base64'))).toEqual(object)
  })

  test('becomes the JSON it stands for', () => {
    const entry = [...field(1, text('k')), ...field(2, text('값'))]
    const body = envelope('v1', 'ConfigMap', [...named('a'), ...field(2, entry), ...varint(4, 0)])
    expect(decodeProtobuf(body)).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a' },
      data: { k: '값' },
      immutable: false,
    })
  })

  test('keeps a zero that was meant and leaves out one that only was not set', () => {
    // DeploymentSpec: replicas (1) is a pointer, minReadySeconds (5) and paused (7) are not.
    const spec = [...varint(1, 0), ...varint(5, 0), ...varint(7, 0)]
    expect(decodeProtobuf(envelope('apps/v1', 'Deployment', [...named('a'), ...field(2, spec)]))).toMatchObject({
      spec: { replicas: 0 },
    })
    const { spec: decoded } = decodeProtobuf(envelope('apps/v1', 'Deployment', field(2, spec)))
    expect(decoded).toEqual({ replicas: 0 })
  })

  test('puts inlined types where JSON has them, and reads times, quantities and ports', () => {
    const port = [...varint(1, 0), ...varint(2, 0x50)]
    const probe = field(1, field(2, field(2, port)))
    const limits = field(1, [...field(1, text('cpu')), ...field(2, field(1, text('500m')))])
    const container = [...field(1, text('c')), ...field(8, limits), ...field(10, probe)]
    const created = field(8, varint(1, 0x80, 0xe2, 0xcf, 0xaa, 0x06))
    const body = envelope('v1', 'Pod', [...field(1, created), ...field(2, field(2, container))])
    expect(decodeProtobuf(body)).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { creationTimestamp: '2023-11-14T22:13:20Z' },
      spec: {
        containers: [{ name: 'c', resources: { limits: { cpu: '500m' } }, livenessProbe: { httpGet: { port: 80 } } }],
      },
    })
  })

  test('keeps structs, and zeros that are no zero values of Go', () => {
    // ServicePort: port (3) is always written, nodePort (5) is not; targetPort (4) is a struct.
    const port = [...varint(3, 0), ...field(4, [...varint(1, 0), ...varint(2, 0), ...field(3, [])]), ...varint(5, 0)]
    expect(decode('v1', 'Service', [...field(2, field(1, port)), ...field(3, field(1, []))])).toMatchObject({
      spec: { ports: [{ port: 0, targetPort: 0 }] },
      status: { loadBalancer: {} },
    })
    const networkPolicy = field(2, field(1, []))
    expect(decode('networking.k8s.io/v1', 'NetworkPolicy', networkPolicy).spec).toEqual({ podSelector: {} })
  })

  test('leaves out a time that is not set, and has six digits where JSON has', () => {
    const lease = (time: number[]) => decode('coordination.k8s.io/v1', 'Lease', field(2, field(4, time))).spec
    const second = [0x80, 0xe2, 0xcf, 0xaa, 0x06]
    expect(lease([])).toEqual({})
    expect(lease([...varint(1, ...second), ...varint(2, ...number(5_000))])).toEqual({
      renewTime: '2023-11-14T22:13:20.000005Z',
    })
    expect(lease([...varint(1, 0), ...varint(2, 0)])).toEqual({ renewTime: '1970-01-01T00:00:00.000000Z' })
  })

  test('reads bytes, lists in maps, numbers packed or not, and JSON inside', () => {
    const entry = (key: string, value: readonly number[]) => [...field(1, text(key)), ...field(2, value)]
    expect(decode('v1', 'Secret', field(2, entry('k', [0, 255])))).toMatchObject({ data: { k: 'AP8=' } })
    expect(decode('v1', 'Secret', field(2, field(1, text('k'))))).toMatchObject({ data: { k: '' } })
    const extra = field(5, entry('scopes', [...field(1, text('a')), ...field(1, text(''))]))
    expect(decode('authorization.k8s.io/v1', 'SubjectAccessReview', field(2, extra))).toMatchObject({
      spec: { extra: { scopes: ['a', ''] } },
    })
    for (const groups of [[...varint(4, 1), ...varint(4, ...number(300))], field(4, [1, ...number(300)])])
      expect(decode('v1', 'Pod', field(2, field(14, groups))).spec).toEqual({
        securityContext: { supplementalGroups: [1, 300] },
      })
    const revision = [...field(2, field(1, text('{"a":[null,1.5]}'))), ...varint(3, 1)]
    expect(decode('apps/v1', 'ControllerRevision', revision)).toMatchObject({ data: { a: [null, 1.5] }, revision: 1 })
  })

  test('reads schemas, where JSON has one thing or another', () => {
    const string = field(5, text('string'))
    const property = (name: string, schema: readonly number[]) =>
      field(29, [...field(1, text(name)), ...field(2, schema)])
    const schema = [
      ...property('list', field(24, field(1, string))),
      ...property('tuple', field(24, [...field(2, string), ...field(2, [])])),
      ...property('open', field(30, varint(1, 1))),
      ...property('closed', field(30, varint(1, 0))),
      ...property('typed', field(30, [...varint(1, 1), ...field(2, string)])),
      ...property('number', [...double(9, -0.5), ...field(8, field(1, text('3'))), ...varint(21, 0)]),
      ...property('needs', field(32, [...field(1, text('a')), ...field(2, field(2, text('b')))])),
    ]
    const { spec } = decode('apiextensions.k8s.io/v1', 'CustomResourceDefinition', customKind(schema))
    expect(spec).toMatchObject({
      versions: [
        {
          schema: {
            openAPIV3Schema: {
              properties: {
                list: { items: { type: 'string' } },
                tuple: { items: [{ type: 'string' }, {}] },
                open: { additionalProperties: true },
                closed: { additionalProperties: false },
                typed: { additionalProperties: { type: 'string' } },
                number: { maximum: -0.5, default: 3 },
                needs: { dependencies: { a: ['b'] } },
              },
            },
          },
        },
      ],
    })
  })

  test('keeps a byte order mark and a key "__proto__", and skips fields it does not know', () => {
    const entry = [...field(1, text('__proto__')), ...field(2, text('\ufeffx'))]
    const { data } = decode('v1', 'ConfigMap', [...field(2, entry), ...varint(99, 1), ...double(98, 1)])
    expect(Object.entries(data as object)).toEqual([['__proto__', '\ufeffx']])
  })

  test('reads negative numbers and the options of a delete in any group', () => {
    const minusOne = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]
    const body = envelope('apps/v1', 'DeleteOptions', [...varint(1, ...minusOne), ...field(4, text('Foreground'))])
    expect(decodeProtobuf(body)).toMatchObject({ gracePeriodSeconds: -1, propagationPolicy: 'Foreground' })
  })

  test.each([
    ['no magic bytes', Uint8Array.from(text('{}')), /does not start with/],
    ['a kind that is not known', envelope('v1', 'Nothing', []), /no kind "Nothing" is registered for version "v1"/],
    ['a kind that is only JSON', envelope('apps.naru.dev/v1', 'App', []), /App has no protobuf form; send it as JSON/],
    ['a length beyond the end', envelope('v1', 'ConfigMap', [10, 100, 1]), /cut short/],
    ['a string that is not UTF-8', envelope('v1', 'ConfigMap', field(1, field(1, [0xff, 0xfe]))), /not valid UTF-8/],
    ['a varint without an end', envelope('v1', 'ConfigMap', [8, ...Array(11).fill(0xff)]), /longer than ten bytes/],
    ['a number where a message is', envelope('v1', 'ConfigMap', varint(1, 5)), /bytes were expected/],
    ['a message where a number is', envelope('v1', 'ConfigMap', field(4, [])), /a number was expected/],
    ['a double where a string is', envelope('v1', 'ConfigMap', field(1, double(1, 1))), /bytes were expected/],
    ['a field without a number', envelope('v1', 'ConfigMap', [2, 0]), /number 0/],
    ['a group', envelope('v1', 'ConfigMap', [11, 12]), /wire type 3/],
    [
      'a time after the year 9999',
      envelope('v1', 'Pod', field(1, field(8, varint(1, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f)))),
      /out of range/,
    ],
    ['no JSON where there must be', envelope('apps/v1', 'ControllerRevision', field(2, field(1, [123]))), /not JSON/],
    [
      'messages without an end',
      envelope('apiextensions.k8s.io/v1', 'CustomResourceDefinition', customKind(nested(200))),
      /deeper than 100 levels/,
    ],
    ['a gzipped object', Uint8Array.from([0x6b, 0x38, 0x73, 0, ...field(3, text('gzip'))]), /encoded once more/],
  ])('with %s is refused', (_what, body, message) => {
    expect(() => decodeProtobuf(body)).toThrow(ProtobufError)
    expect(() => decodeProtobuf(body)).toThrow(message)
  })

  test('JSON inside that is nested too deep is refused before it is parsed', () => {
    const body = envelope('apps/v1', 'ControllerRevision', field(2, field(1, text('['.repeat(100_000)))))
    expect(() => decodeProtobuf(body)).toThrow(/deeper than 500 levels/)
  })
})

/** Whether a body was decoded or refused as bad; anything else is thrown on. */
function isDecodedOrRefused(body: Uint8Array): boolean {
  try {
    JSON.stringify(decodeProtobuf(body))
    return true
  } catch (error) {
    if (error instanceof ProtobufError || (isApiError(error) && error.reason === 'BadRequest')) return true
    throw error
  }
}

describe('bytes that are no honest body', () => {
  const bodies = kubectlBodies.map(({ body }) => Buffer.from(body, 'base64'))

  test('real ones cut anywhere, and with any byte changed, are decoded or refused', () => {
    for (const body of bodies)
      for (let at = 0; at < body.length; at++) {
        expect(isDecodedOrRefused(body.subarray(0, at))).toBe(true)
        expect(isDecodedOrRefused(body.map((byte, i) => (i === at ? byte ^ 0xff : byte)))).toBe(true)
      }
  })

  test('of any kind and content are decoded or refused', () => {
    const kinds = allResources.map((resource) => [apiVersionOf(resource), resource.kind] as const)
    const wild = fc.uint8Array({ maxLength: 300 }).map((bytes) => [...bytes])
    // Random bytes rarely are a message; fields of random numbers with random messages in them are.
    const { message } = fc.letrec<{ message: number[] }>((tie) => ({
      message: fc.oneof(
        { maxDepth: 6 },
        wild,
        fc
          .array(fc.tuple(fc.integer({ min: 1, max: 45 }), fc.oneof(tie('message'), fc.integer({ min: 0, max: 127 }))))
          .map((parts) =>
            parts.flatMap(([at, part]) => (typeof part === 'number' ? varint(at, part) : field(at, part))),
          ),
      ),
    }))
    fc.assert(
      fc.property(fc.constantFrom(...kinds), message, ([apiVersion, kind], raw) =>
        isDecodedOrRefused(envelope(apiVersion, kind, raw)),
      ),
      { numRuns: 2000 },
    )
  })
})
