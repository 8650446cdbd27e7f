/** Strategic merge patches as kubectl makes them: from what was applied last, what is wanted now and what is there.
 *  Source: k8s.io/apimachinery v0.34, strategicpatch.CreateThreeWayMergePatch. */
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { pods } from '../../generated/resources.ts'
import { applyPatch } from '../index.ts'

interface Container {
  name: string
  image?: string
  args?: string[]
  env?: { name: string; value: string }[]
}
interface Wanted {
  metadata?: { labels?: Record<string, string>; finalizers?: string[] }
  spec?: { nodeName?: string; containers?: Container[]; tolerations?: { key: string }[] }
}
type Fields = Record<string, unknown>

const name = fc.constantFrom('a', 'b', 'c', 'd')
const value = fc.constantFrom('1', '2', '3')
const named = <T extends { name: string }>(item: fc.Arbitrary<T>) =>
  fc.uniqueArray(item, { selector: (it) => it.name, maxLength: 4 })
const container: fc.Arbitrary<Container> = fc.record(
  { name, image: value, args: fc.array(value, { maxLength: 3 }), env: named(fc.record({ name, value })) },
  { requiredKeys: ['name'] },
)
const optional = <T extends object>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(fields, { requiredKeys: [] })
const wanted = optional({
  metadata: optional({ labels: fc.dictionary(name, value), finalizers: fc.uniqueArray(name) }),
  spec: optional({ nodeName: value, containers: named(container), tolerations: fc.array(fc.record({ key: name })) }),
}) as fc.Arbitrary<Wanted>

/** How the lists here are merged; all others are replaced. */
const BY_NAME = new Set(['containers', 'env'])
const BY_VALUE = new Set(['finalizers'])
const isFields = (one: unknown): one is Fields => typeof one === 'object' && one !== null && !Array.isArray(one)

/** What makes `next` of what is there, taking out only what is in `last`. What is not there yet is sent as it is. */
function patchFor(last: Fields, live: Fields, next: Fields): Fields {
  const patch: Fields = {}
  for (const field of Object.keys(last)) if (!Object.hasOwn(next, field)) patch[field] = null
  for (const [field, now] of Object.entries(next)) {
    if (!Object.hasOwn(live, field)) patch[field] = now
    else if (Array.isArray(now) && BY_NAME.has(field)) Object.assign(patch, patchOfItems(field, { last, live, next }))
    else if (Array.isArray(now) && BY_VALUE.has(field)) {
      const gone = listOf<string>(last, field).filter((one) => !now.includes(one))
      patch[`$setElementOrder/${field}`] = now
      if (gone.length > 0) patch[`$deleteFromPrimitiveList/${field}`] = gone
      patch[field] = now
    } else patch[field] = isFields(now) ? patchFor(fieldsOf(last, field), fieldsOf(live, field), now) : now
  }
  return patch
}

function patchOfItems(field: string, { last, live, next }: { last: Fields; live: Fields; next: Fields }): Fields {
  const [before, there, now] = [last, live, next].map((one) => listOf<Fields>(one, field)) as [
    Fields[],
    Fields[],
    Fields[],
  ]
  const alike = (of: Fields[], one: Fields): Fields => of.find((other) => other['name'] === one['name']) ?? {}
  const deleted = before.filter((one) => !now.some((other) => other['name'] === one['name']))
  return {
    [`$setElementOrder/${field}`]: now.map((one) => ({ name: one['name'] })),
    [field]: [
      ...now
        .map((one) => patchFor(alike(before, one), alike(there, one), one))
        .map((one, at) => ({ ...one, name: now[at]?.['name'] })),
      ...deleted.map((one) => ({ name: one['name'], $patch: 'delete' })),
    ],
  }
}

const listOf = <T>(of: Fields, field: string): T[] => (Array.isArray(of[field]) ? (of[field] as T[]) : [])
const fieldsOf = (of: Fields, field: string): Fields => (isFields(of[field]) ? of[field] : {})

const apply = (target: unknown, patch: unknown) => applyPatch('strategic', pods, target, patch)
const asFields = (one: Wanted) => one as unknown as Fields
/** Lists and maps with nothing in them are as good as none. */
const withoutEmpty = (one: unknown): unknown => {
  if (Array.isArray(one)) return one.map(withoutEmpty)
  if (!isFields(one)) return one
  const kept = Object.entries(one).map(([key, inner]) => [key, withoutEmpty(inner)] as const)
  return Object.fromEntries(
    kept.filter(([, inner]) => !(typeof inner === 'object' && inner !== null && Object.keys(inner).length === 0)),
  )
}

it('a patch of the difference makes the one of the other', () => {
  fc.assert(
    fc.property(wanted, wanted, (from, to) => {
      expect(withoutEmpty(apply(from, patchFor(asFields(from), asFields(from), asFields(to))))).toEqual(
        withoutEmpty(to),
      )
    }),
  )
})

it('what is applied is there, what is left out goes, and what others added stays; twice is once', () => {
  fc.assert(
    fc.property(
      wanted,
      wanted,
      fc.dictionary(fc.constantFrom('x', 'y'), value),
      named(container),
      (last, next, labels, others) => {
        const foreign = others.map((one) => ({ ...one, name: `x${one.name}` }))
        const live = {
          ...last,
          metadata: { ...last.metadata, labels: { ...last.metadata?.labels, ...labels } },
          spec: { ...last.spec, containers: [...(last.spec?.containers ?? []), ...foreign] },
        }
        // kubectl leaves alone what it never had a say in.
        fc.pre(next.spec?.containers !== undefined && next.metadata?.labels !== undefined)
        const once = apply(live, patchFor(asFields(last), live, asFields(next))) as typeof live
        expect(once.metadata.labels).toEqual({ ...labels, ...next.metadata?.labels })
        const isForeign = (one: Container) => one.name.startsWith('x')
        expect(once.spec.containers.filter(isForeign)).toEqual(foreign)
        const mine = once.spec.containers.filter((one) => !isForeign(one))
        expect(mine.map(withoutEmpty)).toEqual((next.spec?.containers ?? []).map(withoutEmpty))
        expect(apply(once, patchFor(asFields(next), once as unknown as Fields, asFields(next)))).toEqual(once)
      },
    ),
  )
})
