/** The same expressions as Kubernetes v1.34 itself was asked, with its answers: values, types, errors, costs. */
import { expect, test } from 'vitest'
import { toStructural } from '../structural/index.ts'
import { DYN, formatType } from './check/types.ts'
import { compileCel } from './compile.ts'
import { simple } from './declare/declaration.ts'
import { declareSchema } from './declare/declare-schema.ts'
import { jsonValue } from './declare/json-value.ts'
import { schemaValue } from './declare/schema-value.ts'
import { celSchemaOf } from './declare/structural-schema.ts'
import golden from './golden/upstream-cases.json' with { type: 'json' }
import { kubernetesEnvironment } from './kubernetes-environment.ts'
import { showValue } from './testing/show-value.ts'

interface Case {
  expression: string
  issues?: string
  instantiation?: string
  type?: string
  estimate?: (number | string)[]
  cost?: number
  error?: string
  value?: string
}

const schema = celSchemaOf(toStructural(golden.schema))
const self = declareSchema(schema, 'selfType')
if (self === undefined) throw new Error('the schema cannot be declared')
const environment = kubernetesEnvironment({ self, dyn1: simple(DYN) })
const values = { self: schemaValue(golden.self, schema), dyn1: jsonValue(golden.dyn1) }
const BEYOND_MEASURE = 1e15

function answer(expression: string): Omit<Case, 'expression'> {
  const compiled = compileCel(expression, environment)
  if (!compiled.ok) return compiled.instantiation ? { instantiation: compiled.error } : { issues: compiled.error }
  const { min, max } = compiled.estimateCost()
  const result = compiled.program.evaluate((name) => values[name as 'self'])
  return {
    type: formatType(compiled.type),
    estimate: [min, max].map((cost) => (cost < BEYOND_MEASURE ? cost : 'more')),
    cost: result.cost,
    ...(result.ok ? { value: showValue(result.value) } : { error: result.error }),
  }
}

test.each(golden.cases as Case[])('$expression', ({ expression, ...expected }) => {
  expect(answer(expression)).toEqual(expected)
})
