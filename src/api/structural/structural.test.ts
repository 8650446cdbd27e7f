import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { JSONSchemaProps } from '../generated/types.ts'
import {
  applySchemaDefaults,
  coerceEmbedded,
  defaultErrors,
  embeddedErrors,
  listTypeErrors,
  pruneDefaults,
  pruneObject,
  removeNulls,
  structuralErrors,
  toStructural,
} from './index.ts'

const root = (properties: Record<string, JSONSchemaProps>, more: JSONSchemaProps = {}): JSONSchemaProps => ({
  type: 'object',
  properties,
  ...more,
})
const spec = (schema: JSONSchemaProps) => root({ spec: schema })
const words = (errors: readonly { field: string; message: string }[]) =>
  errors.map(({ field, message }) => `${field}: ${message}`)

describe('what is not structural', () => {
  test.each<[JSONSchemaProps, string[]]>([
    [{ properties: {} }, ['s.type: Required value: must not be empty at the root']],
    [{ type: 'array', items: { type: 'string' } }, ['s.type: Invalid value: "array": must be object at the root']],
    [spec({}), ['s.properties[spec].type: Required value: must not be empty for specified object fields']],
    [spec({ type: 'array' }), ['s.properties[spec].items: Required value: must be specified']],
    [
      spec({ type: 'array', items: {} }),
      ['s.properties[spec].items.type: Required value: must not be empty for specified array items'],
    ],
    [root({}, { additionalProperties: true }), ['s.additionalProperties: Forbidden: must not be used at the root']],
    [
      root({ metadata: { type: 'object', properties: { labels: { type: 'object' } } } }),
      [
        's.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified',
      ],
    ],
    [root({ metadata: { type: 'object', properties: { name: { type: 'string', pattern: '^a' } } } }), []],
    [root({ kind: { type: 'integer' } }), ['s.properties[kind].type: Invalid value: "integer": must be string']],
    [
      spec({ type: 'object', anyOf: [{ type: 'object' }] }),
      ['s.properties[spec].anyOf[0].type: Forbidden: must be empty to be structural'],
    ],
    [
      root({}, { allOf: [{ properties: { a: { minimum: 1 } } }] }),
      ['s.properties[a]: Required value: because it is defined in s.allOf[0].properties[a]'],
    ],
    [
      spec({ type: 'string', pattern: '(a' }),
      [
        's.properties[spec].pattern: Invalid value: "(a": must be a valid regular expression, but isn\'t: error parsing regexp: missing closing ): `(a`',
      ],
    ],
    [spec({ 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] }), []],
    [spec({ 'x-kubernetes-int-or-string': true, allOf: [{ anyOf: [{ type: 'integer' }, { type: 'string' }] }] }), []],
    [
      spec({ 'x-kubernetes-int-or-string': true, 'x-kubernetes-preserve-unknown-fields': true }),
      [
        's.properties[spec].x-kubernetes-preserve-unknown-fields: Invalid value: true: must be false if x-kubernetes-int-or-string is true',
      ],
    ],
    [
      spec({ type: 'object', 'x-kubernetes-embedded-resource': true }),
      [
        's.properties[spec].properties: Required value: must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields',
      ],
    ],
  ])('%j', (schema, expected) => {
    expect(words(structuralErrors(schema, 's'))).toEqual(expected)
  })
})

describe('pruning', () => {
  const schema = toStructural(
    root({
      spec: root({
        known: { type: 'string' },
        list: { type: 'array', items: root({ a: { type: 'string' } }) },
        map: { type: 'object', additionalProperties: root({ a: { type: 'string' } }) },
        any: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { strict: root({}) } },
        port: { 'x-kubernetes-int-or-string': true },
        embedded: {
          type: 'object',
          'x-kubernetes-embedded-resource': true,
          properties: { spec: root({ a: { type: 'string' } }) },
        },
        unspecified: { type: 'object', additionalProperties: true },
      }),
    }),
  )

  it('takes away what the schema does not know, and says where', () => {
    const object = {
      apiVersion: 'v1',
      kind: 'K',
      metadata: { name: 'x', whatever: 1 },
      status: {},
      spec: {
        known: 'a',
        unknown: 'b',
        list: [{ a: 'a', b: 'b' }],
        map: { k: { a: 'a', b: 'b' } },
        any: { free: { of: 'rules' }, strict: { x: 1 } },
        port: 'http',
        embedded: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { a: 'a', b: 'b' }, status: 1 },
        unspecified: { kept: { gone: 1 } },
        constructor: 'x',
      },
    }
    const unknown: string[] = []
    pruneObject(object, schema, unknown)
    expect(object).toEqual({
      apiVersion: 'v1',
      kind: 'K',
      metadata: { name: 'x', whatever: 1 },
      spec: {
        known: 'a',
        list: [{ a: 'a' }],
        map: { k: { a: 'a' } },
        any: { free: { of: 'rules' }, strict: {} },
        port: 'http',
        embedded: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { a: 'a' } },
        unspecified: { kept: {} },
      },
    })
    expect(unknown.sort()).toEqual([
      'spec.any.strict.x',
      'spec.constructor',
      'spec.embedded.spec.b',
      'spec.embedded.status',
      'spec.list[0].b',
      'spec.map.k.b',
      'spec.unknown',
      'spec.unspecified.kept.gone',
      'status',
    ])
  })

  it('of what is pruned takes nothing more', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('spec', 'status'), fc.jsonValue()), (object) => {
        pruneObject(object, schema)
        const again: string[] = []
        pruneObject(object, schema, again)
        expect(again).toEqual([])
      }),
    )
  })
})

describe('defaults', () => {
  const schema = toStructural(
    root({
      spec: root(
        {
          size: { type: 'integer', default: 3 },
          maybe: { type: 'string', nullable: true, default: 'x' },
          plain: { type: 'string' },
          inner: { ...root({ deep: { type: 'string', default: 'd' } }), default: {} },
          list: { type: 'array', items: root({ a: { type: 'string', default: 'a' } }) },
          map: { type: 'object', additionalProperties: root({ a: { type: 'string', default: 'a' } }) },
        },
        { default: {} },
      ),
    }),
  )
  const defaulted = (object: Record<string, unknown>) => {
    removeNulls(object, schema)
    applySchemaDefaults(object, schema)
    return object
  }

  it('fill what is absent, also in what they made themselves', () => {
    expect(defaulted({})).toEqual({ spec: { size: 3, maybe: 'x', inner: { deep: 'd' } } })
    expect(defaulted({ spec: { list: [{}], map: { k: {} } } })).toMatchObject({
      spec: { list: [{ a: 'a' }], map: { k: { a: 'a' } } },
    })
  })
  it('take the place of nulls that may not be; other nulls go or stay', () => {
    expect(defaulted({ spec: { size: null, maybe: null, plain: null } })).toEqual({
      spec: { size: 3, maybe: null, inner: { deep: 'd' } },
    })
  })
  it('applied twice change nothing more', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('spec', 'x'), fc.jsonValue()), (object) => {
        const once = defaulted(object)
        expect(defaulted(structuredClone(once))).toEqual(once)
      }),
    )
  })
  it('are not shared between objects', () => {
    const first = defaulted({}) as { spec: { inner: { deep: string } } }
    first.spec.inner.deep = 'changed'
    expect(defaulted({})).toMatchObject({ spec: { inner: { deep: 'd' } } })
  })

  test.each<[JSONSchemaProps, string[]]>([
    [
      { type: 'integer', default: 'x' },
      [
        's.properties[spec].default: Invalid value: "string": s.properties[spec].default in body must be of type integer: "string"',
      ],
    ],
    [
      root({ a: { type: 'string' } }, { default: { b: 1 } }),
      ['s.properties[spec].default: Invalid value: {"b":1}: must not have unknown fields'],
    ],
    [
      root({ a: { type: 'string' } }, { default: { a: 1 } }),
      [
        's.properties[spec].default.a: Invalid value: "integer": s.properties[spec].default.a in body must be of type string: "integer"',
      ],
    ],
    [
      root(
        { metadata: root({ name: { type: 'string', default: 'no/name' } }) },
        { 'x-kubernetes-embedded-resource': true },
      ),
      [
        `s.properties[spec].properties[metadata].properties[name].default: Invalid value: "no/name": must result in valid metadata: metadata.name: Invalid value: "no/name": may not contain '/'`,
      ],
    ],
  ])('that are no valid values are told of: %j', (schema, expected) => {
    const found = words(defaultErrors(toStructural(spec(schema)), 's', { requirePruned: true }))
    expect(found).toEqual(
      expected.map((text) =>
        text
          .replaceAll('s.properties[spec].default in body', ' in body')
          .replaceAll('s.properties[spec].default.a in body', 'a in body'),
      ),
    )
  })

  it('lose what the schema does not know, as stored schemas of old may have it', () => {
    const old = toStructural(spec(root({ a: { type: 'string' } }, { default: { a: 'a', b: 'b' } })))
    pruneDefaults(old)
    expect(old.properties.get('spec')?.default).toEqual({ a: 'a' })
  })
})

describe('an object inside an object', () => {
  const schema = toStructural(
    spec({ type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true }),
  )
  it('has its metadata brought into form', () => {
    const unknown: string[] = []
    const object = { spec: { metadata: { name: 'a', nonsense: 1, labels: null } } }
    expect(coerceEmbedded(object, schema, '', { unknown })).toBeUndefined()
    expect(object).toEqual({ spec: { metadata: { name: 'a' } } })
    expect(unknown).toEqual(['spec.metadata.nonsense'])
  })
  it('is refused with metadata of the wrong type', () => {
    expect(
      words([coerceEmbedded({ spec: { metadata: { labels: 1 } } }, schema, '')].filter((e) => e !== undefined)),
    ).toEqual([
      'spec.metadata: Invalid value: {"labels":1}: json: cannot unmarshal number into Go struct field ObjectMeta.labels of type map[string]string',
    ])
  })
  it('needs an apiVersion and a kind, and valid names', () => {
    expect(words(embeddedErrors({ spec: { kind: 'no kind', metadata: { name: 'a/b' } } }, schema))).toEqual([
      'spec.apiVersion: Required value',
      expect.stringContaining('spec.kind: Invalid value: "no kind": may have mixed case, but should otherwise match: '),
      `spec.metadata.name: Invalid value: "a/b": may not contain '/'`,
    ])
  })
})

describe('lists of type set and map', () => {
  const schema = toStructural(
    root({
      set: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
      map: {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['a', 'b'],
        items: root({ a: { type: 'string' }, b: { type: 'string' } }),
      },
    }),
  )
  it('have each element once, and the second is told of', () => {
    expect(words(listTypeErrors({ set: ['a', 'b', 'a', 'a'] }, schema))).toEqual(['set[2]: Duplicate value: "a"'])
    const map = [{ a: '1', b: '1', c: 1 }, { a: '1', b: '2' }, { a: '1', b: '1' }, {}]
    expect(words(listTypeErrors({ map }, schema))).toEqual(['map[2]: Duplicate value: {"a":"1","b":"1"}'])
  })
  it('of type map hold nothing but objects', () => {
    expect(words(listTypeErrors({ map: ['x'] }, schema))).toEqual([
      'map[0]: Invalid value: "x": must be an object for an array of list-type map',
    ])
  })
})
