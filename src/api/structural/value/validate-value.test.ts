import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { JSONSchemaProps } from '../../generated/types.ts'
import { toStructural } from '../schema/structural.ts'
import { Correlation } from './correlation.ts'
import { validateValue } from './validate-value.ts'
import { toValueSchema } from './value-schema.ts'

const errorsOf = (spec: JSONSchemaProps, value: unknown) =>
  validateValue({ spec: value }, toValueSchema({ type: 'object', properties: { spec } })).map(
    ({ field, message }) => `${field}: ${message}`,
  )

describe('a value against a schema, in the words of Kubernetes', () => {
  test.each<[string, JSONSchemaProps, unknown, string[]]>([
    [
      'its type',
      { type: 'string' },
      1,
      ['spec: Invalid value: "integer": spec in body must be of type string: "integer"'],
    ],
    [
      'its type, a number',
      { type: 'integer' },
      1.5,
      ['spec: Invalid value: "number": spec in body must be of type integer: "number"'],
    ],
    ['an integer where a number may be', { type: 'number' }, 1, []],
    ['null', { type: 'string' }, null, ['spec: Invalid value: "null": spec in body must be of type string: "null"']],
    ['null where it may be', { type: 'string', nullable: true }, null, []],
    [
      'integer or string',
      { 'x-kubernetes-int-or-string': true },
      true,
      ['spec: Invalid value: "boolean": spec in body must be of type integer,string: "boolean"'],
    ],
    ['a required field', { type: 'object', required: ['a'] }, {}, ['spec.a: Required value']],
    [
      'an enum',
      { type: 'string', enum: ['a', 'b'] },
      'c',
      ['spec: Unsupported value: "c": supported values: "a", "b"'],
    ],
    [
      'an enum of numbers',
      { type: 'integer', enum: [1, 2] },
      3,
      ['spec: Unsupported value: 3: supported values: "1", "2"'],
    ],
    [
      'a pattern',
      { type: 'string', pattern: '^a+$' },
      'b',
      [`spec: Invalid value: "b": spec in body should match '^a+$'`],
    ],
    ['too long', { type: 'string', maxLength: 2 }, 'abc', ['spec: Too long: may not be more than 2 bytes']],
    ['as long as may be, in characters', { type: 'string', maxLength: 2 }, '🚢🚢', []],
    [
      'too short',
      { type: 'string', minLength: 2 },
      'a',
      ['spec: Invalid value: "a": spec in body should be at least 2 chars long'],
    ],
    [
      'too big',
      { type: 'integer', maximum: 5 },
      6,
      ['spec: Invalid value: 6: spec in body should be less than or equal to 5'],
    ],
    [
      'not less',
      { type: 'number', maximum: 0.5, exclusiveMaximum: true },
      0.5,
      ['spec: Invalid value: 0.5: spec in body should be less than 0.5'],
    ],
    [
      'too small',
      { type: 'integer', minimum: 5 },
      4,
      ['spec: Invalid value: 4: spec in body should be greater than or equal to 5'],
    ],
    [
      'no multiple',
      { type: 'integer', multipleOf: 5 },
      6,
      ['spec: Invalid value: 6: spec in body should be a multiple of 5'],
    ],
    [
      'a multiple of a fraction',
      { type: 'number', multipleOf: 0.1 },
      0.25,
      ['spec: Invalid value: 0.25: spec in body should be a multiple of 0.1'],
    ],
    [
      'a fraction as factor of integers',
      { type: 'integer', multipleOf: 0.5 },
      3,
      ['spec: Invalid value: 0: factor MultipleOf declared for spec must be positive: 0'],
    ],
    [
      'too many items',
      { type: 'array', maxItems: 1, items: { type: 'string' } },
      ['a', 'b'],
      ['spec: Too many: 2: must have at most 1 item'],
    ],
    [
      'too few items',
      { type: 'array', minItems: 1 },
      [],
      ['spec: Invalid value: 0: spec in body should have at least 1 items'],
    ],
    [
      'repeated items',
      { type: 'array', uniqueItems: true },
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
      [`spec: Invalid value: "": spec in body shouldn't contain duplicates`],
    ],
    [
      'an item',
      { type: 'array', items: { type: 'object', properties: { a: { type: 'integer' } } } },
      [{ a: 'x' }],
      ['spec[0].a: Invalid value: "string": spec[0].a in body must be of type integer: "string"'],
    ],
    [
      'too many fields',
      { type: 'object', maxProperties: 1 },
      { a: 1, b: 2 },
      ['spec: Too many: 2: must have at most 1 item'],
    ],
    [
      'too few fields',
      { type: 'object', minProperties: 1 },
      {},
      ['spec: Invalid value: 0: spec in body should have at least 1 properties'],
    ],
    [
      'a field of a map',
      { type: 'object', additionalProperties: { type: 'integer' } },
      { a: 'x' },
      ['spec.a: Invalid value: "string": spec.a in body must be of type integer: "string"'],
    ],
    [
      'a field that may not be',
      { type: 'object', additionalProperties: false },
      { a: 1 },
      ['spec: Invalid value: "a": spec.a in body is a forbidden property'],
    ],
    [
      'a format',
      { type: 'string', format: 'ipv4' },
      '1.2.3',
      ['spec: Invalid value: "1.2.3": spec in body must be of type ipv4: "1.2.3"'],
    ],
    ['a format that nobody knows', { type: 'string', format: 'fancy' }, 'x', []],
    ['int32, which is not looked at', { type: 'integer', format: 'int32' }, 2 ** 40, []],
    [
      'none of any',
      { anyOf: [{ minimum: 5 }, { minimum: 9 }] },
      1,
      [
        '<nil>: Invalid value: "": "spec" must validate at least one schema (anyOf)',
        'spec: Invalid value: 1: spec in body should be greater than or equal to 5',
      ],
    ],
    ['one of any', { anyOf: [{ minimum: 5 }, { minimum: 1 }] }, 1, []],
    [
      'not exactly one',
      { oneOf: [{ minimum: 1 }, { minimum: 2 }] },
      3,
      ['<nil>: Invalid value: "": "spec" must validate one and only one schema (oneOf). Found 2 valid alternatives'],
    ],
    [
      'none where one must be',
      { oneOf: [{ required: ['a'] }, { required: ['b'] }] },
      {},
      [
        '<nil>: Invalid value: "": "spec" must validate one and only one schema (oneOf). Found none valid',
        'spec.a: Required value',
      ],
    ],
    [
      'not all',
      { allOf: [{ minimum: 1 }, { minimum: 5 }] },
      3,
      [
        'spec: Invalid value: 3: spec in body should be greater than or equal to 5',
        '<nil>: Invalid value: "": "spec" must validate all the schemas (allOf)',
      ],
    ],
    [
      'what must not be',
      { not: { minimum: 1 } },
      3,
      ['<nil>: Invalid value: "": "spec" must not validate the schema (not)'],
    ],
  ])('%s', (_, schema, value, expected) => {
    expect(errorsOf(schema, value)).toEqual(expected)
  })

  it('of alternatives that fail, the one that went furthest speaks', () => {
    const oneOf = [
      { properties: { kind: { type: 'integer' }, size: { minimum: 5 } } },
      { properties: { kind: { type: 'string' }, size: { minimum: 9 } } },
    ]
    expect(errorsOf({ oneOf }, { kind: 'b', size: 1 })).toContain(
      'spec.size: Invalid value: 1: spec.size in body should be greater than or equal to 9',
    )
  })

  it('reports no more problems than anybody reads', () => {
    const list = Array.from({ length: 100_000 }, () => 'x')
    expect(errorsOf({ type: 'array', items: { type: 'integer' } }, list)).toHaveLength(1000)
  })

  it('never throws, whatever the value', () => {
    const schema: JSONSchemaProps = {
      type: 'object',
      properties: { a: { type: 'string', format: 'date' }, constructor: { type: 'integer' } },
      additionalProperties: {
        oneOf: [
          { type: 'number', multipleOf: 2 },
          { type: 'array', uniqueItems: true },
        ],
      },
    }
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        for (const { message } of validateValue(value, toValueSchema(schema))) expect(message).not.toBe('')
      }),
    )
  })
})

describe('an update', () => {
  const schema: JSONSchemaProps = {
    type: 'object',
    properties: {
      name: { type: 'string', maxLength: 2 },
      size: { type: 'integer', maximum: 3 },
      map: {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['key'],
        items: { type: 'object', properties: { key: { type: 'string' }, size: { type: 'integer', maximum: 3 } } },
      },
      list: { type: 'array', items: { type: 'integer', maximum: 3 } },
    },
  }
  const update = (old: unknown, value: unknown) =>
    validateValue(value, toValueSchema(schema), {
      before: new Correlation(value, old, toStructural(schema)),
    }).map(({ field }) => field)

  it('may leave what was wrong as it was', () => {
    expect(update({ name: 'long', size: 1 }, { name: 'long', size: 2 })).toEqual([])
  })
  it('may not change it to something else that is wrong', () => {
    expect(update({ name: 'long' }, { name: 'longer' })).toEqual(['name'])
  })
  it('knows elements of a list of type map by their keys', () => {
    const old = {
      map: [
        { key: 'a', size: 9 },
        { key: 'b', size: 1 },
      ],
    }
    const moved = {
      map: [
        { key: 'b', size: 2 },
        { key: 'a', size: 9 },
      ],
    }
    expect(update(old, moved)).toEqual([])
    expect(update(old, { map: [{ key: 'c', size: 9 }] })).toEqual(['map[0].size'])
  })
  it('takes other lists whole', () => {
    expect(update({ list: [9] }, { list: [9] })).toEqual([])
    expect(update({ list: [9] }, { list: [9, 1] })).toEqual(['list[0]'])
  })
})
