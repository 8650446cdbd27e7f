import { expect, test } from 'vitest'
import { withGoType } from './go-type-names.ts'

test.each([
  ['string', { type: 'string' }, undefined],
  ['RestartPolicy', { type: 'string' }, 'v1.RestartPolicy'],
  ['types.UID', { type: 'string' }, 'types.UID'],
  ['metav1.Verbs', { type: 'list', items: { type: 'string' } }, 'v1.Verbs'],
  ['ObjectMeta', { type: 'object', schema: 'ObjectMeta' }, undefined],
] as const)('a field of type %s is named %#', (type, field, name) => {
  expect(withGoType(field, type, 'v1').goType).toBe(name)
})

test('items of lists and maps have names of their own', () => {
  const items = { type: 'string' } as const
  expect(withGoType({ type: 'list', items }, '[]AccessMode', 'v1')).toEqual({
    type: 'list',
    items: { type: 'string', goType: 'v1.AccessMode' },
  })
  expect(withGoType({ type: 'map', items }, 'map[ResourceName]Policy', 'v2').items?.goType).toBe('v2.Policy')
})
