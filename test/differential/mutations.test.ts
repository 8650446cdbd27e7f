import { describe, expect, it } from 'vitest'
import { poddisruptionbudgets } from '../../src/api/generated/resources.ts'
import { schemaFor } from '../../src/api/schema/index.ts'
import { Groups } from './groups.ts'
import { mutationsOf } from './mutations.ts'

const budget = { metadata: { name: 'a' }, spec: { minAvailable: 1, selector: { matchLabels: { a: 'b' } } } }

describe('mutations', () => {
  const all = new Map(
    [...mutationsOf(budget, schemaFor(poddisruptionbudgets))].map(({ what, object }) => [what, object]),
  )

  it.each([
    ['spec left out', { metadata: budget.metadata }],
    ['spec.minAvailable = -1', { ...budget, spec: { ...budget.spec, minAvailable: -1 } }],
    ['spec.maxUnavailable = 0', { ...budget, spec: { ...budget.spec, maxUnavailable: 0 } }],
    ['spec.selector.matchLabels.a = ""', { ...budget, spec: { ...budget.spec, selector: { matchLabels: { a: '' } } } }],
  ])('have one with %s', (what, object) => {
    expect(all.get(what)).toEqual(object)
  })

  it('change one field, and not the object they come from', () => {
    expect(budget.spec.selector.matchLabels).toEqual({ a: 'b' })
    expect([...all.keys()].some((what) => what.startsWith('metadata') || what.startsWith('status'))).toBe(false)
  })
})

describe('groups', () => {
  it('hold what differs in the values alone', () => {
    const groups = new Groups()
    const difference = (value: string) => ({
      path: `cause spec.a[${value.length}]`,
      ours: undefined,
      theirs: `Invalid value: "${value}": must be short (FieldValueInvalid)`,
    })
    groups.add('pods', 'one', difference('x'))
    groups.add('pods', 'two', difference('xyz'))
    groups.add('nodes', 'three', difference('x'))
    expect(groups.take().map(({ count, examples }) => [count, examples])).toEqual([
      [2, ['one', 'two']],
      [1, ['three']],
    ])
    expect(groups.take()).toEqual([])
  })
})
