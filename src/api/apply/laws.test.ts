import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../decode/index.ts'
import { sampleType } from '../../../test/harness/sample-type.ts'
import { EMPTY, type FieldSet, difference, intersection, sameSet, union, withNamedFields } from './field-set.ts'
import { inOrder, parseFieldsV1, pathsOf } from './fields-v1.ts'
import { applyObject } from './managers/apply-object.ts'
import { trackUpdate } from './managers/track-update.ts'
import { fieldSetOf } from './typed/field-set-of.ts'
import { compare } from './typed/compare.ts'

const word = fc.constantFrom('a', 'b', 'c', '<&>', '__proto__', 'constructor', '"')
const few = <T>(item: fc.Arbitrary<T>) => fc.array(item, { maxLength: 4 })
const named = fc.uniqueArray(fc.record({ name: word, value: word, port: fc.nat(3) }, { requiredKeys: ['name'] }), {
  selector: ({ name }) => name,
  maxLength: 4,
})
const labels = fc.dictionary(word, word, { maxKeys: 3 })

/** What may be said of the sample type. */
const spec = fc.record(
  {
    text: word,
    count: fc.nat(5),
    labels,
    selector: labels,
    words: few(word),
    tags: fc.uniqueArray(word, { maxLength: 4 }),
    items: named,
    free: fc.jsonValue({ maxDepth: 2 }),
  },
  { requiredKeys: [] },
)
const object = (fields: object): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Sample',
  metadata: { name: 'x' },
  spec: fields,
})
const config = spec.map(object)

const base = { type: sampleType, apiVersion: 'v1', kind: 'Sample', subresource: '', time: '2026-01-01T00:00:00Z' }
const apply = (live: JsonObject | undefined, wanted: JsonObject, manager: string, force = false) =>
  applyObject(live, wanted, { ...base, manager, force })
const update = (live: JsonObject | undefined, wanted: JsonObject, manager: string): JsonObject => {
  const next = structuredClone(wanted)
  trackUpdate(live, next, { ...base, manager })
  return next
}

const withoutTimes = (of: JsonObject): unknown =>
  JSON.parse(JSON.stringify(of), (key, value: unknown) => (key === 'time' ? undefined : value))

interface Entry {
  manager: string
  fieldsV1: FieldSet
}
const entriesOf = (of: JsonObject) => (of['metadata'] as { managedFields?: Entry[] }).managedFields ?? []
const ownedBy = (of: JsonObject, manager: string): FieldSet =>
  entriesOf(of).find((entry) => entry.manager === manager)?.fieldsV1 ?? EMPTY

describe('server-side apply', () => {
  it('of what was just applied changes nothing', () => {
    fc.assert(
      fc.property(config, config, (first, second) => {
        const once = apply(apply(undefined, first, 'a'), second, 'b', true)
        expect(apply(once, second, 'b')).toEqual(once)
      }),
    )
  })

  it('makes the manager the owner of exactly what it names', () => {
    fc.assert(
      fc.property(config, config, (first, second) => {
        const result = apply(apply(undefined, first, 'a'), second, 'b', true)
        const named = difference(fieldSetOf(sampleType, second), fieldSetOf(sampleType, object({})))
        expect(sameSet(ownedBy(result, 'b'), named) || Object.keys(named).length === 0).toBe(true)
      }),
    )
  })

  it('of two who name different fields ends the same whoever comes first', () => {
    const left = fc.record({ text: word, labels, items: named }, { requiredKeys: ['text'] }).map(object)
    const right = fc
      .record({ count: fc.nat(3), selector: labels, tags: few(word).map((tags) => [...new Set(tags)]) })
      .map(object)
    fc.assert(
      fc.property(left, right, (a, b) => {
        const ab = apply(apply(undefined, a, 'a'), b, 'b')
        const ba = apply(apply(undefined, b, 'b'), a, 'a')
        // An apply that finds everything as it wants it is not dated.
        expect(withoutTimes(ab)).toEqual(withoutTimes(ba))
      }),
    )
  })

  it('removes what the manager named before and no longer names, but not what others own', () => {
    fc.assert(
      fc.property(spec, spec, spec, (mine, others, next) => {
        const before = apply(apply(undefined, object(mine), 'a'), object(others), 'b', true)
        const after = apply(before, object(next), 'a', true)
        const there = fieldSetOf(sampleType, after)
        // Whatever is there is there for someone; and what someone names is there.
        const owned = union(ownedBy(after, 'a'), ownedBy(after, 'b'))
        const leaves = (set: FieldSet) => withNamedFields(set, sampleType)
        for (const path of pathsOf(owned)) expect([...pathsOf(leaves(there))]).toContainEqual(path)
        const unowned = difference(leaves(there), leaves(union(owned, fieldSetOf(sampleType, object({})))))
        const wasOwned = leaves(union(ownedBy(before, 'a'), EMPTY))
        expect(
          [...pathsOf(intersection(unowned, difference(wasOwned, leaves(owned))))].filter(isLeafOf(there)),
        ).toEqual([])
      }),
    )
  })
})

/** Structs stay when what is in them goes; leaves do not. */
const isLeafOf = (set: FieldSet) => (path: readonly string[]) => {
  let node: FieldSet | undefined = set
  for (const element of path) node = node?.[element]
  return node !== undefined && Object.keys(node).length === 0
}

describe('tracking updates', () => {
  it('gives each leaf of a created object one owner', () => {
    fc.assert(
      fc.property(config, (created) => {
        const result = update(undefined, created, 'a')
        const leaves = [...pathsOf(fieldSetOf(sampleType, { spec: created['spec'] }))]
        const owned = ownedBy(result, 'a')
        for (const path of leaves) {
          let node: FieldSet | undefined = owned
          for (const element of path) node = node?.[element]
          expect(node).toBeDefined()
        }
      }),
    )
  })

  it('gives what changed to who changed it, and leaves the rest where it was', () => {
    fc.assert(
      fc.property(config, config, (created, changed) => {
        const before = update(undefined, created, 'a')
        const after = update(before, changed, 'b')
        const { added, modified, removed } = compare(sampleType, created, changed)
        const moved = union(added, modified)
        expect(intersection(ownedBy(after, 'a'), union(moved, removed))).toEqual({})
        expect(sameSet(ownedBy(after, 'b'), entriesOf(before).length === 0 ? EMPTY : moved)).toBe(true)
      }),
    )
  })

  it('of an update that changes nothing leaves everything as it was', () => {
    fc.assert(
      fc.property(config, (created) => {
        const before = update(undefined, created, 'a')
        expect(update(before, before, 'b')).toEqual(before)
      }),
    )
  })
})

describe('fieldsV1', () => {
  it('is the same set in the same order after it was read back', () => {
    fc.assert(
      fc.property(config, (value) => {
        const set = inOrder(fieldSetOf(sampleType, value))
        const back = parseFieldsV1(JSON.parse(JSON.stringify(set)))
        expect(JSON.stringify(back)).toBe(JSON.stringify(set))
      }),
    )
  })

  it('sets add, subtract and intersect as sets do', () => {
    const set = config.map((value) => fieldSetOf(sampleType, value))
    fc.assert(
      fc.property(set, set, (a, b) => {
        const texts = (of: FieldSet) => [...pathsOf(of)].map((path) => path.join('\n'))
        const [left, right] = [texts(a), texts(b)]
        const inRight = new Set(right)
        expect(new Set(texts(union(a, b)))).toEqual(new Set([...left, ...right]))
        expect(new Set(texts(intersection(a, b)))).toEqual(new Set(left.filter((path) => inRight.has(path))))
        expect(new Set(texts(difference(a, b)))).toEqual(new Set(left.filter((path) => !inRight.has(path))))
      }),
    )
  })
})
