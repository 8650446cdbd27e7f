/** JSON patches against the simplest model of them, and back again. Source: RFC 6902. */
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { configmaps } from '../generated/resources.ts'
import { applyPatch } from './index.ts'

type Json = unknown
interface Operation {
  op: 'add' | 'remove' | 'replace' | 'test'
  path: string
  value?: Json
}

const key = fc.constantFrom('a', 'b', '~', '/', '~1', '', 'a/b', '0', '-', 'constructor')
const json = fc.jsonValue({ maxDepth: 1 }).filter((one) => !JSON.stringify(one).includes('__proto__'))
const document = fc.dictionary(key, fc.oneof(json, fc.array(json, { maxLength: 3 }), fc.dictionary(key, json)), {
  minKeys: 1,
})
const escaped = (part: string | number) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`

/** All places in a document. */
function* places(value: Json, path = ''): Generator<string> {
  if (path !== '') yield path
  if (Array.isArray(value)) for (const [index, inner] of value.entries()) yield* places(inner, path + escaped(index))
  else if (typeof value === 'object' && value !== null)
    for (const [name, inner] of Object.entries(value)) yield* places(inner, path + escaped(name))
}

function valueAt(value: Json, path: string): Json {
  const parts = path.split('/').slice(1)
  return parts.reduce<Json>(
    (at, part) => (at as Record<string, Json>)[part.replaceAll('~1', '/').replaceAll('~0', '~')],
    value,
  )
}

/** One operation that applies, and the one that takes it back. */
function operation(target: Json, [which, pick, value]: readonly [number, number, Json]): [Operation, Operation] {
  const all = [...places(target)]
  const path = all[pick % all.length] ?? '/new'
  const parent = valueAt(target, path.slice(0, path.lastIndexOf('/')))
  const there = all.length > 0
  const before = there ? valueAt(target, path) : undefined
  if (there && which % 3 === 0)
    return [
      { op: 'remove', path },
      { op: 'add', path, value: before },
    ]
  if (there && which % 3 === 1)
    return [
      { op: 'replace', path, value },
      { op: 'replace', path, value: before },
    ]
  if (Array.isArray(parent))
    return [
      { op: 'add', path, value },
      { op: 'remove', path },
    ]
  const names = Object.keys(parent as object)
  const fresh = `${path.slice(0, path.lastIndexOf('/'))}/fresh${names.length}${names.join('').length}`
  return [
    { op: 'add', path: fresh, value },
    { op: 'remove', path: fresh },
  ]
}

const steps = fc.array(fc.tuple(fc.nat(2), fc.nat(), json), { maxLength: 6 })
const patched = (target: Json, patch: readonly Operation[]) => applyPatch('json', configmaps, target, patch)

it('what is patched and patched back is as it was', () => {
  fc.assert(
    fc.property(document, steps, (target, taken) => {
      const plain = JSON.parse(JSON.stringify(target)) as Json
      let now = plain
      const forth: Operation[] = []
      const back: Operation[] = []
      for (const one of taken) {
        const [does, undoes] = operation(now, one)
        now = patched(now, [does])
        forth.push(does)
        back.unshift(undoes)
      }
      // All at once is one after the other.
      expect(patched(plain, forth)).toEqual(now)
      expect(patched(now, back)).toEqual(plain)
    }),
  )
})

it('a pointer leads to what it names, whatever is in the name', () => {
  fc.assert(
    fc.property(document, (target) => {
      const plain = JSON.parse(JSON.stringify(target)) as Json
      for (const path of places(plain)) {
        expect(patched(plain, [{ op: 'test', path, value: valueAt(plain, path) }])).toEqual(plain)
        expect(valueAt(patched(plain, [{ op: 'replace', path, value: 'new' }]), path)).toBe('new')
      }
    }),
    { numRuns: 30 },
  )
})
