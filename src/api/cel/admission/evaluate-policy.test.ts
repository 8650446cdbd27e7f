import { describe, expect, it } from 'vitest'
import type { ValidatingAdmissionPolicySpec } from '../../generated/types.ts'
import { evaluatePolicy } from './evaluate-policy.ts'
import { compilePolicy } from './policy-expressions.ts'

const input = {
  object: { data: { a: 'b' } },
  oldObject: undefined,
  request: { operation: 'CREATE' },
  checker: { check: () => ({ allowed: false, reason: '' }) },
  target: { group: '', resource: 'configmaps', subresource: '', namespace: 'n', name: 'a' },
}
const evaluate = (spec: ValidatingAdmissionPolicySpec, ignoreFailures = false) =>
  evaluatePolicy(compilePolicy(spec), { input, params: null, ignoreFailures })
const says = (spec: ValidatingAdmissionPolicySpec) => evaluate(spec).denials.map(({ message }) => message)

/** Costs nearly what one expression may. */
const DEAR = '[1,2,3,4,5,6,7,8,9,10]'
  .repeat(5)
  .replaceAll('][', ']|[')
  .split('|')
  .reduceRight((inner, list, depth) => `${list}.all(x${depth}, ${inner})`, 'true')

describe('an admission policy', () => {
  it('says what each of its validations says', () => {
    const validations = [{ expression: 'true' }, { expression: 'false', message: 'm', reason: 'Forbidden' }]
    expect(evaluate({ validations }).denials).toEqual([{ index: 1, message: 'm', reason: 'Forbidden' }])
  })

  it.each([
    ['"a\\nb"', 'two lines'],
    [`"${'x'.repeat(6000)}"`, 'very much'],
    ['"  "', 'nothing'],
  ])('does not say %s', (messageExpression) => {
    expect(says({ validations: [{ expression: 'false', message: ' m ', messageExpression }] })).toEqual(['m'])
  })

  it('notes what annotations say, and what they could not', () => {
    const auditAnnotations = [
      { key: 'text', valueExpression: '" v "' },
      { key: 'null', valueExpression: 'null' },
      { key: 'broken', valueExpression: 'string(object.data.x)' },
    ]
    const annotations = [{ key: 'text', value: 'v' }]
    const broken = "expression 'string(object.data.x)' resulted in error: no such key: x"
    expect(evaluate({ auditAnnotations })).toEqual({ denials: [], annotations, annotationErrors: [broken] })
    expect(evaluate({ auditAnnotations }, true)).toEqual({ denials: [], annotations, annotationErrors: [] })
  })

  it('may cost only so much, however many validations and variables it has', () => {
    const out = 'validation failed due to running out of cost budget, no further validation rules will be run'
    const validations = Array.from({ length: 100 }, () => ({ expression: DEAR }))
    expect(says({ validations })).toEqual([out])
    expect(evaluate({ validations }, true).denials).toEqual([])
    const variables = Array.from({ length: 100 }, (_, i) => ({ name: `v${i}`, expression: DEAR }))
    const expression = variables.map(({ name }) => `variables.${name}`).join(' && ')
    const before = process.cpuUsage().user
    expect(says({ variables, validations: [{ expression }] })).toEqual([out])
    expect(process.cpuUsage().user - before).toBeLessThan(10_000_000)
  })

  it('computes a variable once, and not at all when nobody asks', () => {
    const variables = [
      { name: 'dear', expression: DEAR },
      { name: 'broken', expression: 'object.data.x' },
    ]
    const expression = Array.from({ length: 50 }, () => 'variables.dear').join(' && ')
    expect(says({ variables, validations: [{ expression }] })).toEqual([])
    expect(says({ variables, validations: [{ expression: 'variables.broken == 1' }] })).toEqual([
      'expression \'variables.broken == 1\' resulted in error: composited variable "broken" fails to evaluate: ' +
        'no such key: x',
    ])
  })
})
