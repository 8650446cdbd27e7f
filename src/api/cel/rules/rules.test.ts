import { describe, expect, it, test } from 'vitest'
import type { JSONSchemaProps } from '../../generated/types.ts'
import { Correlation, toStructural } from '../../structural/index.ts'
import { checkRules } from './check-rules.ts'
import { ruleErrors } from './rule-errors.ts'
import { ruleNodeOf } from './rule-node.ts'

const spec = (properties: Record<string, JSONSchemaProps>, rest: Partial<JSONSchemaProps> = {}): JSONSchemaProps => ({
  type: 'object',
  properties: { spec: { type: 'object', properties, ...rest } },
})
const rules = (...list: (string | { rule: string; [field: string]: unknown })[]) => ({
  'x-kubernetes-validations': list.map((one) => (typeof one === 'string' ? { rule: one } : one)),
})
const TEXT: JSONSchemaProps = { type: 'string', maxLength: 20 }

function check(schema: JSONSchemaProps, value: object, old?: object) {
  const warnings: string[] = []
  const structural = toStructural(schema)
  const node = ruleNodeOf(structural, true)
  if (node === undefined) return { errors: [], warnings }
  const before = old && new Correlation(value, old, structural)
  const errors = checkRules(node, { value, old, before, warn: (text) => warnings.push(text) })
  return { errors: errors.map(({ field, message }) => `${field}: ${message}`), warnings }
}

describe('rules of a definition', () => {
  const errorsOf = (schema: JSONSchemaProps) =>
    ruleErrors(toStructural(schema), 'schema').map(({ field, type, message }) => `${field}: ${type}: ${message}`)

  it('may be right', () => {
    expect(errorsOf(spec({ a: TEXT }, rules("self.a != 'x' || self.a == oldSelf.a")))).toEqual([])
    expect(errorsOf({ type: 'object' })).toEqual([])
  })

  test.each([
    ['self.b == 1', "compilation failed: ERROR: <input>:1:5: undefined field 'b'"],
    ['self.a', 'cel expression must evaluate to a bool'],
    ['self.a == 1', "found no matching overload for '_==_' applied to '(string, int)'"],
    ["self.a == 'x' && int('x') == 1", 'program instantiation failed: type conversion error'],
  ])('%s', (rule, message) => {
    const [error = ''] = errorsOf(spec({ a: TEXT }, rules(rule)))
    const shown = JSON.stringify({
      Rule: rule,
      Message: '',
      MessageExpression: '',
      Reason: null,
      FieldPath: '',
      OptionalOldSelf: null,
    }).replaceAll('&', String.raw`\u0026`)
    expect(error).toContain(
      `schema.properties[spec].x-kubernetes-validations[0].rule: FieldValueInvalid: Invalid value: ${shown}`,
    )
    expect(error).toContain(message)
  })

  it('may not cost too much', () => {
    const list: JSONSchemaProps = { type: 'array', items: { type: 'string' } }
    const [error = '', ...more] = errorsOf(spec({ list }, rules('self.list.all(x, self.list.all(y, x == y))')))
    expect(error).toMatch(
      /^schema.properties\[spec\].*\[0\].rule: FieldValueForbidden: Forbidden: estimated rule cost exceeds budget by factor of more than 100x \(try simplifying/,
    )
    expect(more.at(-1)).toContain(
      'schema: FieldValueForbidden: Forbidden: x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema exceeds budget',
    )
    const bounded: JSONSchemaProps = { type: 'array', maxItems: 10, items: TEXT }
    expect(errorsOf(spec({ list: bounded }, rules('self.list.all(x, self.list.all(y, x == y))')))).toEqual([])
  })

  it('count as often as their value may be there', () => {
    const item = { ...TEXT, maxLength: 1000, ...rules("self.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')") }
    const errors = errorsOf(spec({ list: { type: 'array', items: item } }))
    expect(errors[0]).toContain('schema.properties[spec].properties[list].items.x-kubernetes-validations[0].rule')
    expect(errorsOf(spec({ list: { type: 'array', maxItems: 100, items: item } }))).toEqual([])
  })

  it('may speak of the old value only where it can be told', () => {
    const item: JSONSchemaProps = { ...TEXT, ...rules('self == oldSelf') }
    expect(errorsOf(spec({ list: { type: 'array', maxItems: 5, items: item } }))[0]).toContain(
      'oldSelf cannot be used on the uncorrelatable portion of the schema within schema.properties[spec].properties[list]',
    )
    expect(errorsOf(spec({ a: { ...TEXT, ...rules({ rule: 'self != ""', optionalOldSelf: true }) } }))[0]).toContain(
      'may not be set if oldSelf is not used in rule',
    )
  })
})

describe('rules of objects', () => {
  const counted: JSONSchemaProps = { type: 'integer' }

  it('are asked of each value that they are about', () => {
    const item: JSONSchemaProps = {
      type: 'object',
      properties: { n: counted },
      ...rules({ rule: 'self.n > 0', message: ' must be positive ' }),
    }
    const schema = spec({
      list: { type: 'array', items: item },
      map: { type: 'object', additionalProperties: counted, ...rules('self.all(k, self[k] < 5)') },
    })
    expect(check(schema, { spec: { list: [{ n: 1 }, { n: 0 }], map: { a: 9 } } }).errors).toEqual([
      'spec.list[1]: Invalid value: "object": must be positive',
      'spec.map: Invalid value: "object": failed rule: self.all(k, self[k] < 5)',
    ])
  })

  it('see the name of the object, and no fields that the schema does not have', () => {
    const schema = { ...spec({ a: TEXT }), ...rules("self.metadata.name.startsWith('x')", 'size(self.kind) > 0') }
    expect(check(schema, { kind: 'K', metadata: { name: 'y' } }).errors).toEqual([
      ': Invalid value: "object": failed rule: self.metadata.name.startsWith(\'x\')',
    ])
  })

  it('say what they say themselves, where they say it, for the reason they give', () => {
    const schema = spec(
      { a: counted, b: counted },
      rules({
        rule: 'self.a < self.b',
        messageExpression: '"a is " + string(self.a)',
        reason: 'FieldValueForbidden',
        fieldPath: '.a',
      }),
    )
    expect(check(schema, { spec: { a: 2, b: 1 } }).errors).toEqual(['spec.a: Forbidden: a is 2'])
  })

  it('say something plain when what they would say cannot be made', () => {
    const rule = { rule: 'self.a < 1', messageExpression: "'x'.substring(9)", message: 'plain' }
    expect(check(spec({ a: counted }, rules(rule)), { spec: { a: 2 } }).errors).toEqual([
      'spec: Invalid value: "object": plain',
    ])
  })

  it('of a change are asked only when there was something before', () => {
    const schema = spec({ a: { ...counted, ...rules({ rule: 'self == oldSelf', message: 'is immutable' }) } })
    expect(check(schema, { spec: { a: 1 } }).errors).toEqual([])
    expect(check(schema, { spec: { a: 1 } }, { spec: {} }).errors).toEqual([])
    expect(check(schema, { spec: { a: 2 } }, { spec: { a: 1 } }).errors).toEqual([
      'spec.a: Invalid value: "integer": is immutable',
    ])
  })

  it('of a change are asked for new values too when they allow for it', () => {
    const rule = { rule: 'oldSelf.hasValue() || self == 0', optionalOldSelf: true, message: 'starts at 0' }
    const schema = spec({ a: { ...counted, ...rules(rule) } })
    expect(check(schema, { spec: { a: 1 } }).errors).toEqual(['spec.a: Invalid value: "integer": starts at 0'])
    expect(check(schema, { spec: { a: 1 } }, { spec: { a: 0 } }).errors).toEqual([])
  })

  it('tell elements of keyed lists apart', () => {
    const item: JSONSchemaProps = {
      type: 'object',
      properties: { k: TEXT, n: counted },
      ...rules({ rule: 'self.n >= oldSelf.n', message: 'grows' }),
    }
    const schema = spec({
      list: { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'], items: item },
    })
    const old = {
      spec: {
        list: [
          { k: 'a', n: 1 },
          { k: 'b', n: 5 },
        ],
      },
    }
    expect(
      check(
        schema,
        {
          spec: {
            list: [
              { k: 'b', n: 4 },
              { k: 'a', n: 2 },
              { k: 'c', n: 0 },
            ],
          },
        },
        old,
      ).errors,
    ).toEqual(['spec.list[0]: Invalid value: "object": grows'])
  })

  it('are only warned of where nothing has changed', () => {
    const schema = spec({ a: { ...counted, ...rules({ rule: 'self > 5', message: 'too small' }) }, b: TEXT })
    const { errors, warnings } = check(schema, { spec: { a: 1, b: 'new' } }, { spec: { a: 1, b: 'old' } })
    expect({ errors, warnings }).toEqual({ errors: [], warnings: ['spec.a: Invalid value: "integer": too small'] })
  })

  it('that fail are errors that say why', () => {
    const map: JSONSchemaProps = { type: 'object', additionalProperties: counted }
    const any: JSONSchemaProps = { 'x-kubernetes-int-or-string': true }
    const schema = spec({ map, any }, rules("self.map['x'] > 1", 'self.any > 1'))
    expect(check(schema, { spec: { map: {}, any: 'text' } }).errors).toEqual([
      'spec: Invalid value: "object": no such key: x evaluating rule: self.map[\'x\'] > 1',
      'spec: Invalid value: "object": \'no such overload\': call arguments did not match a supported operator, function or macro signature for rule: self.any > 1',
    ])
  })

  it('end when they cost too much', () => {
    const list: JSONSchemaProps = { type: 'array', items: counted }
    const schema = spec({ list }, rules('self.list.all(x, self.list.all(y, x == y || true))', 'true'))
    const values = Array.from({ length: 2000 }, (_, index) => index)
    expect(check(schema, { spec: { list: values } }).errors).toEqual([
      expect.stringContaining(
        "'operation cancelled: actual cost limit exceeded': no further validation rules will be run",
      ),
    ])
  })
})
