/** Selectors against what their words mean, said as simply as it can be. */
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { pods } from '../generated/resources.ts'
import type { KubeObject } from '../object.ts'
import {
  type FieldRequirement,
  type LabelRequirement,
  labelSelectorMatches,
  matchesFields,
  matchesLabels,
  parseFieldSelector,
  parseLabelSelector,
} from './index.ts'

const key = fc.constantFrom('a', 'b.c', 'example.com/a', 'in', 'notin', 'A_b')
const value = fc.constantFrom('', 'x', 'y.z', '1', '10', 'in')
const values = fc.uniqueArray(value, { minLength: 1, maxLength: 4 }).map((all) => all.toSorted())
const requirement: fc.Arbitrary<LabelRequirement> = fc.oneof(
  fc.record({ key, operator: fc.constantFrom('In' as const, 'NotIn' as const), values }),
  fc.record({ key, operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const), values: fc.constant([]) }),
  fc.record({
    key,
    operator: fc.constantFrom('Gt' as const, 'Lt' as const),
    values: fc.constantFrom(['1'], ['10'], ['0']),
  }),
)
const labels = fc.dictionary(key, value)

/** As k8s.io/apimachinery prints requirements. */
function printed({ key: name, operator, values: all }: LabelRequirement): string {
  if (operator === 'Exists') return name
  if (operator === 'DoesNotExist') return `!${name}`
  if (operator === 'Gt') return `${name}>${all[0]}`
  if (operator === 'Lt') return `${name}<${all[0]}`
  return `${name} ${operator === 'In' ? 'in' : 'notin'} (${all.join(',')})`
}

function holds({ key: name, operator, values: all }: LabelRequirement, of: Record<string, string>): boolean {
  const label = of[name]
  if (operator === 'Exists') return label !== undefined
  if (operator === 'DoesNotExist') return label === undefined
  if (operator === 'In') return label !== undefined && all.includes(label)
  if (operator === 'NotIn') return label === undefined || !all.includes(label)
  if (label === undefined || !/^-?\d+$/.test(label)) return false
  return operator === 'Gt' ? Number(label) > Number(all[0]) : Number(label) < Number(all[0])
}

it('a label selector that is printed is read as what it was', () => {
  fc.assert(
    fc.property(fc.array(requirement, { maxLength: 4 }), (all) => {
      expect(parseLabelSelector(all.map(printed).join(','))).toEqual(all)
      expect(parseLabelSelector(` ${all.map(printed).join(' , ')} `.trim())).toEqual(all)
    }),
  )
})

it('labels match when every requirement holds of them', () => {
  fc.assert(
    fc.property(fc.array(requirement, { maxLength: 4 }), labels, (all, of) => {
      expect(matchesLabels(all, of)).toBe(all.every((one) => holds(one, of)))
      const asObject = all.filter(({ operator }) => operator !== 'Gt' && operator !== 'Lt')
      const matchExpressions = asObject.map((one) => ({ ...one, values: [...one.values] }))
      expect(labelSelectorMatches({ matchExpressions }, of)).toBe(asObject.every((one) => holds(one, of)))
    }),
  )
})

const FIELDS = ['metadata.name', 'spec.nodeName', 'status.phase'] as const
const text = fc.oneof(fc.constantFrom('', 'a', 'a,b', 'a=b', '\\', 'a\\,', '=', '!='), fc.string({ maxLength: 5 }))
const fieldRequirement: fc.Arbitrary<FieldRequirement> = fc.record({
  field: fc.constantFrom(...FIELDS),
  operator: fc.constantFrom('=' as const, '!=' as const),
  value: text,
})
const escaped = (of: string) => of.replaceAll(/[\\,=]/g, (one) => `\\${one}`)

it('a field selector that is printed is read as what it was, and matches what it says', () => {
  fc.assert(
    fc.property(fc.array(fieldRequirement, { maxLength: 3 }), text, text, (all, name, nodeName) => {
      const read = parseFieldSelector(all.map((one) => `${one.field}${one.operator}${escaped(one.value)}`).join(','))
      expect(read).toEqual(all)
      const pod = { metadata: { name }, spec: { nodeName } } as KubeObject
      const of: Record<string, string> = { 'metadata.name': name, 'spec.nodeName': nodeName, 'status.phase': '' }
      const wanted = all.every((one) => (of[one.field] === one.value) === (one.operator === '='))
      expect(matchesFields(pods, read, pod)).toBe(wanted)
    }),
  )
})
