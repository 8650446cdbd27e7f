import { describe, expect, it } from 'vitest'
import { differences } from './compare.ts'
import type { Answer } from './connection.ts'
import { isKnownBy, parseKnown } from './known.ts'
import { normalise } from './normalise.ts'

const answer = (body: unknown, rest: Partial<Answer> = {}): Answer => ({
  status: 200,
  contentType: 'application/json',
  warnings: [],
  headers: {},
  body,
  ...rest,
})
const refused = (...causes: [field: string, message: string][]) =>
  answer(
    {
      kind: 'Status',
      message: causes.join(', '),
      details: { causes: causes.map(([field, message]) => ({ reason: 'FieldValueInvalid', message, field })) },
    },
    { status: 422 },
  )

describe('what differs', () => {
  it('is nothing between equal answers', () => {
    expect(differences(answer({ a: [1, { b: null }] }), answer({ a: [1, { b: null }] }))).toEqual([])
  })

  it('is told by its path', () => {
    expect(differences(answer({ a: [{ b: 1 }] }), answer({ a: [{ b: 2 }], c: true }))).toEqual([
      { path: 'body.a[0].b', ours: '1', theirs: '2' },
      { path: 'body.c', ours: undefined, theirs: 'true' },
    ])
  })

  it('is the outcome alone where that differs', () => {
    expect(differences(answer({ a: 1 }), refused(['a', 'x']))).toEqual([
      { path: 'status', ours: '200', theirs: '422 undefined: a,x' },
    ])
  })

  it('is told once for each cause, and not again for the message', () => {
    expect(differences(refused(['a', 'x'], ['c', 'z']), refused(['a', 'y'], ['b', 'z'], ['c', 'z']))).toEqual([
      { path: 'cause a', ours: 'x (FieldValueInvalid)', theirs: 'y (FieldValueInvalid)' },
      { path: 'cause b', ours: undefined, theirs: 'z (FieldValueInvalid)' },
    ])
  })

  it('is the order of causes where nothing else is', () => {
    expect(differences(refused(['a', 'x'], ['b', 'x']), refused(['b', 'x'], ['a', 'x']))).toEqual([
      { path: 'order of causes', ours: 'a, b', theirs: 'b, a' },
    ])
  })
})

describe('what is not compared', () => {
  const nowMs = Date.parse('2026-01-02T03:04:05Z')
  it.each([
    ['identities', { metadata: { uid: '0a0b0c0d-0000-4000-8000-000000000001' } }, { metadata: { uid: '<uid>' } }],
    ['versions', { metadata: { resourceVersion: '7' } }, { metadata: { resourceVersion: '<string>' } }],
    ['times of now', { at: '2026-01-02T03:03:05Z' }, { at: '<now>' }],
    ['addresses', { spec: { clusterIPs: ['10.96.0.7'] } }, { spec: { clusterIPs: ['<string>'] } }],
    ['ports', { ports: [{ port: 80, nodePort: 30123 }] }, { ports: [{ port: 80, nodePort: '<number>' }] }],
    [
      'drawn names',
      { metadata: { generateName: 'a-', name: 'a-12345' } },
      { metadata: { generateName: 'a-', name: 'a-<random>' } },
    ],
  ])('are %s', (_, value, expected) => {
    expect(normalise(answer(value), { nowMs }).body).toEqual(expected)
  })

  it('is not the times that a client wrote, nor that a Service has no address', () => {
    const body = { at: '2020-01-01T00:00:00Z', spec: { clusterIP: 'None' } }
    expect(normalise(answer(body), { nowMs }).body).toEqual(body)
  })
})

describe('known differences', () => {
  const [entry] = parseKnown('- { case: "pods/*", at: body.message, why: it is so }')
  it('name a case and a path, any text with *', () => {
    const difference = { path: 'body.message', ours: '1', theirs: '2' }
    expect(entry && isKnownBy(entry, 'pods/one', difference)).toBe(true)
    expect(entry && isKnownBy(entry, 'nodes/one', difference)).toBe(false)
    expect(entry && isKnownBy(entry, 'pods/one', { ...difference, path: 'body' })).toBe(false)
  })

  it('may say what the sides say', () => {
    const [nulls] = parseKnown('- { case: "*", at: "*", kube: "null", naru: nothing, why: it is so }')
    const difference = { path: 'body.a', ours: undefined, theirs: 'null' }
    expect(nulls && isKnownBy(nulls, 'pods/one', difference)).toBe(true)
    expect(nulls && isKnownBy(nulls, 'pods/one', { ...difference, ours: '1' })).toBe(false)
  })

  it('want a reason', () => {
    expect(() => parseKnown('- { case: a, at: b }')).toThrow('wants case, at and why')
  })
})
