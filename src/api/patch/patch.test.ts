import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { configmaps, deployments, pods, services } from '../generated/resources.ts'
import { isApiError } from '../status.ts'
import { applyPatch } from './index.ts'

const json = fc.jsonValue({ maxDepth: 3 })
const withoutNulls = (value: unknown): unknown => {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([, inner]) => inner !== null)
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutNulls(inner)]))
}

describe('merge patch', () => {
  // RFC 7386, appendix A.
  test.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [['a', 'b'], ['c'], ['c']],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j patched with %j is %j', (target, patch, result) => {
    expect(applyPatch('merge', configmaps, target, patch)).toEqual(result)
  })

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(json, json, (target, patch) => {
        const once = applyPatch('merge', configmaps, target, patch)
        expect(applyPatch('merge', configmaps, once, patch)).toEqual(once)
      }),
    )
  })

  it('makes anything without nulls out of nothing', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), json), (target) => {
        const wanted = withoutNulls(target)
        expect(JSON.stringify(applyPatch('merge', configmaps, {}, target))).toBe(JSON.stringify(wanted))
      }),
    )
  })

  it('reaches no prototype', () => {
    const patch = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}')
    const result = applyPatch('merge', configmaps, {}, patch) as Record<string, unknown>
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    expect(Object.hasOwn(result, '__proto__')).toBe(true)
  })
})

describe('JSON patch', () => {
  const REJECTED = 'the server rejected our request due to an error in our request'
  test.each([
    [[{ op: 'add', path: '/a', value: 1 }], { a: 1, list: [1, 2] }],
    [[{ op: 'remove', path: '/list/0' }], { list: [2] }],
    [[{ op: 'replace', path: '/list/1', value: 9 }], { list: [1, 9] }],
    [
      [
        { op: 'test', path: '/list/0', value: 1 },
        { op: 'add', path: '/list/-', value: 3 },
      ],
      { list: [1, 2, 3] },
    ],
    [[{ op: 'move', from: '/list/0', path: '/first' }], { list: [2], first: 1 }],
    [[{ op: 'replace', path: '/missing', value: 1 }], { list: [1, 2], missing: 1 }],
    [[{ op: 'replace', path: '', value: { b: 1 } }], { b: 1 }],
    [[{ op: 'test', path: '/missing', value: null }], { list: [1, 2] }],
    [[{ op: 'test', path: '', value: { list: [1, 2] } }], { list: [1, 2] }],
    [[{ op: 'copy', from: '/missing', path: '/a' }], { list: [1, 2], a: null }],
    [[{ op: 'add', path: '/a' }], { list: [1, 2], a: null }],
    [[{ op: 'add', path: '/list/-1', value: 3 }], { list: [1, 2, 3] }],
    [[{ op: 'remove', path: '/list/-1' }], { list: [1] }],
    [null, { list: [1, 2] }],
  ])('%j gives %j', (patch, result) => {
    const target = { list: [1, 2] }
    expect(applyPatch('json', configmaps, target, patch)).toEqual(result)
    expect(target).toEqual({ list: [1, 2] })
  })

  test.each([
    [
      {},
      'BadRequest',
      'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
    ],
    [
      [1],
      'BadRequest',
      'error decoding patch: json: cannot unmarshal number into Go value of type handlers.jsonPatchOp',
    ],
    [
      [{ op: 'add', path: 1 }],
      'BadRequest',
      'error decoding patch: json: cannot unmarshal number into Go struct field jsonPatchOp.path of type string',
    ],
    [[null], 'Invalid', REJECTED],
    [[{ op: 'explode', path: '/a' }], 'Invalid', REJECTED],
    [[{ op: 'add', path: 'a', value: 1 }], 'Invalid', REJECTED],
    [[{ op: 'add', path: '', value: {} }], 'Invalid', REJECTED],
    [[{ op: 'add', path: '/__proto__/x', value: 1 }], 'Invalid', REJECTED],
    [[{ op: 'add', path: '/constructor/prototype/x', value: 1 }], 'Invalid', REJECTED],
    [[{ op: 'test', path: '/a', value: 2 }], 'Invalid', REJECTED],
    [[{ op: 'test', path: '/list', value: [1] }], 'Invalid', REJECTED],
    [[{ op: 'remove', path: '/missing' }], 'Invalid', REJECTED],
    [[{ op: 'remove', path: '/list/2' }], 'Invalid', REJECTED],
    [[{ op: 'add', path: '/list/3', value: 1 }], 'Invalid', REJECTED],
    [[{ op: 'add', path: '/list/x', value: 1 }], 'Invalid', REJECTED],
    [[{ op: 'move', from: '/missing', path: '/a' }], 'Invalid', REJECTED],
    [[{ op: 'move', path: '/a' }], 'Invalid', REJECTED],
    [Array.from({ length: 30 }, () => ({ op: 'copy', from: '', path: '/a' })), 'Invalid', REJECTED],
    [Array.from({ length: 30 }, () => ({ op: 'copy', from: '/list', path: '/list/-' })), 'Invalid', REJECTED],
    [Array.from({ length: 10_001 }, () => ({ op: 'remove', path: '/a' })), 'RequestEntityTooLarge', '10001'],
  ] as const)('a bad one is refused (%#)', (patch, reason, message) => {
    try {
      applyPatch('json', configmaps, { a: 1, list: [1, 2] }, patch)
      expect.unreachable()
    } catch (error) {
      expect(isApiError(error, reason)).toBe(true)
      expect((error as Error).message).toContain(message)
    }
  })

  it('can add what it then removes, whatever the key', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), json), fc.string({ minLength: 1 }), json, (target, key, value) => {
        fc.pre(key !== '__proto__' && !Object.hasOwn(target, key) && !Object.hasOwn(target, '__proto__'))
        const path = `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
        const patch = [
          { op: 'add', path, value },
          { op: 'remove', path },
        ]
        const back = applyPatch('json', configmaps, target, patch)
        expect(JSON.parse(JSON.stringify(back))).toEqual(JSON.parse(JSON.stringify(target)))
      }),
    )
  })
})

describe('strategic merge patch', () => {
  const container = (name: string, image = 'i') => ({ name, image })
  const pod = (...containers: object[]) => ({ spec: { containers } })

  test.each([
    [
      'merges list elements by their key',
      pod(container('a'), container('b')),
      pod({ name: 'b', image: 'j' }),
      pod(container('a'), container('b', 'j')),
    ],
    [
      'adds elements that are new, before those it does not name',
      pod(container('a')),
      pod(container('b')),
      pod(container('b'), container('a')),
    ],
    [
      'deletes an element by directive',
      pod(container('a'), container('b')),
      pod({ name: 'a', $patch: 'delete' }),
      pod(container('b')),
    ],
    [
      'replaces a list by directive',
      pod(container('a'), container('b')),
      pod({ $patch: 'replace' }, container('c')),
      pod(container('c')),
    ],
    [
      'replaces lists that have no merge key',
      { spec: { containers: [{ name: 'a', args: ['1', '2'] }] } },
      pod({ name: 'a', args: ['3'] }),
      pod({ name: 'a', args: ['3'] }),
    ],
    [
      'deletes a field by null',
      { spec: { nodeName: 'n', hostname: 'h' } },
      { spec: { nodeName: null } },
      { spec: { hostname: 'h' } },
    ],
    [
      'drops nulls of what is new',
      { spec: {} },
      { spec: { securityContext: { runAsUser: null, runAsGroup: 1 } } },
      { spec: { securityContext: { runAsGroup: 1 } } },
    ],
    [
      'empties a map by directive',
      { metadata: { labels: { a: '1' } } },
      { metadata: { labels: { $patch: 'delete' } } },
      { metadata: { labels: {} } },
    ],
    [
      'replaces a map by directive',
      { metadata: { labels: { a: '1' } } },
      { metadata: { labels: { $patch: 'replace', b: '2' } } },
      { metadata: { labels: { b: '2' } } },
    ],
    [
      'merges lists of scalars',
      { metadata: { finalizers: ['a/x'] } },
      { metadata: { finalizers: ['b/x', 'a/x'] } },
      { metadata: { finalizers: ['b/x', 'a/x'] } },
    ],
    [
      'deletes from lists of scalars',
      { metadata: { finalizers: ['a/x', 'b/x'] } },
      { metadata: { '$deleteFromPrimitiveList/finalizers': ['a/x'] } },
      { metadata: { finalizers: ['b/x'] } },
    ],
    [
      'orders a list by directive, keeping what only the server has in its place',
      pod(container('a'), container('live'), container('b')),
      {
        spec: {
          '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }],
          containers: [{ name: 'a', image: 'j' }],
        },
      },
      pod(container('live'), container('b'), container('a', 'j')),
    ],
    [
      'keeps only the keys it is told to',
      { spec: { volumes: [{ name: 'v', emptyDir: {} }] } },
      { spec: { volumes: [{ name: 'v', $retainKeys: ['name', 'hostPath'], hostPath: { path: '/x' } }] } },
      { spec: { volumes: [{ name: 'v', hostPath: { path: '/x' } }] } },
    ],
  ])('%s', (_, target, patch, result) => {
    expect(applyPatch('strategic', pods, target, patch)).toEqual(result)
  })

  it('merges service ports by port', () => {
    const target = { spec: { ports: [{ port: 80, targetPort: 1 }, { port: 81 }] } }
    const patch = { spec: { ports: [{ port: 80, targetPort: 2 }] } }
    expect(applyPatch('strategic', services, target, patch)).toEqual({
      spec: { ports: [{ port: 80, targetPort: 2 }, { port: 81 }] },
    })
  })

  it('switches a deployment to another strategy, as kubectl patches it', () => {
    const target = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } }
    const patch = { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } }
    expect(applyPatch('strategic', deployments, target, patch)).toEqual({ spec: { strategy: { type: 'Recreate' } } })
  })

  test.each([
    ['no object', [], 'invalid JSON document'],
    ['an unknown directive', { spec: { $patch: 'explode' } }, 'unknown patch type: "explode"'],
    ['an element without its key', pod({ image: 'x' }), 'does not contain declared merge key: name'],
    ['a deletion without a key', pod({ $patch: 'delete' }), 'does not contain declared merge key: name'],
    ['a merge directive in a list', pod({ name: 'a', $patch: 'merge' }), 'merging lists cannot yet be specified'],
    [
      'an order that leaves out what it changes',
      { spec: { '$setElementOrder/containers': [{ name: 'z' }], containers: [{ name: 'a' }] } },
      "doesn't match $setElementOrder",
    ],
    ['a directive without a field', { spec: { $setElementOrder: [] } }, 'invalid patch format of setElementOrder list'],
    [
      'retainKeys that miss a key',
      { spec: { $retainKeys: ['a'], nodeName: 'n' } },
      'invalid patch format of retainKeys',
    ],
  ])('refuses %s', (_, patch, message) => {
    try {
      applyPatch('strategic', pods, pod(container('a')), patch)
      expect.unreachable()
    } catch (error) {
      expect(isApiError(error, 'BadRequest')).toBe(true)
      expect((error as Error).message).toContain(message)
    }
  })

  const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1 })
  const containers = names.chain((chosen) =>
    fc.tuple(...chosen.map((name) => fc.record({ name: fc.constant(name), image: fc.constantFrom('1', '2', '3') }))),
  )

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(containers, containers, (live, patch) => {
        const once = applyPatch('strategic', pods, pod(...live), pod(...patch))
        expect(applyPatch('strategic', pods, once, pod(...patch))).toEqual(once)
      }),
    )
  })

  it('reaches what kubectl apply wants, and leaves alone what others added', () => {
    fc.assert(
      fc.property(containers, containers, containers, (last, wanted, others) => {
        const mine = new Set([...last, ...wanted].map(({ name }) => name))
        const foreign = others.filter(({ name }) => !mine.has(name))
        const deletions = last.filter(({ name }) => !wanted.some((one) => one.name === name))
        const patch = {
          spec: {
            '$setElementOrder/containers': wanted.map(({ name }) => ({ name })),
            containers: [...wanted, ...deletions.map(({ name }) => ({ name, $patch: 'delete' }))],
          },
        }
        const result = applyPatch('strategic', pods, pod(...last, ...foreign), patch) as ReturnType<typeof pod>
        const isForeign = (one: object) => foreign.some(({ name }) => name === (one as { name: string }).name)
        expect(result.spec.containers.filter((one) => !isForeign(one))).toEqual(wanted)
        expect(result.spec.containers.filter(isForeign)).toEqual(foreign)
      }),
    )
  })

  it('is applied or refused, whatever the patch', () => {
    fc.assert(
      fc.property(json, json, (target, patch) => {
        try {
          applyPatch('strategic', pods, { spec: target }, { spec: patch })
        } catch (error) {
          expect(isApiError(error)).toBe(true)
        }
      }),
    )
  })
})
