import { describe, expect, test } from 'vitest'
import { decodeProtobuf, ProtobufError } from './index.ts'

// Small messages, written by hand from the wire format: [field << 3 | wire type, …].
const text = (value: string) => [...Buffer.from(value)]
const field = (number: number, bytes: readonly number[]) => [(number << 3) | 2, bytes.length, ...bytes]
const varint = (number: number, ...bytes: number[]) => [number << 3, ...bytes]
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

describe('Kubernetes protobuf', () => {
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

  test('reads negative numbers and the options of a delete in any group', () => {
    const minusOne = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]
    const body = envelope('apps/v1', 'DeleteOptions', [...varint(1, ...minusOne), ...field(4, text('Foreground'))])
    expect(decodeProtobuf(body)).toMatchObject({ gracePeriodSeconds: -1, propagationPolicy: 'Foreground' })
  })

  test.each([
    ['no magic bytes', Uint8Array.from(text('{}'))],
    ['a kind that is not known', envelope('v1', 'Nothing', [])],
    ['a length beyond the end', envelope('v1', 'ConfigMap', [10, 100, 1])],
    ['a string that is not UTF-8', envelope('v1', 'ConfigMap', field(1, field(1, [0xff, 0xfe])))],
    ['a varint without an end', envelope('v1', 'ConfigMap', [8, ...Array.from({ length: 11 }, () => 0xff)])],
    ['text where a message is', envelope('v1', 'ConfigMap', varint(1, 5))],
  ])('with %s is refused', (_what, body) => {
    expect(() => decodeProtobuf(body)).toThrow(ProtobufError)
  })

  test('cut or changed anywhere never does worse than that', () => {
    const body = envelope('v1', 'Pod', [
      ...named('p'),
      ...field(2, field(2, [...field(1, text('c')), ...field(2, text('i'))])),
    ])
    for (let i = 0; i < body.length; i++)
      for (const changed of [body.subarray(0, i), Uint8Array.from(body, (byte, at) => (at === i ? byte ^ 0xff : byte))])
        try {
          decodeProtobuf(changed)
        } catch (error) {
          expect(error).toBeInstanceOf(ProtobufError)
        }
  })
})
