import { describe, expect, it, test } from 'vitest'
import type { JSONSchemaProps } from '../../api/machinery.ts'
import { customSchema } from './custom-schema.ts'

const objectMeta = { $ref: '#/meta' }
const inVersion = (version: 2 | 3, spec: JSONSchemaProps) => {
  const node = customSchema({ type: 'object', properties: { spec } }, { version, objectMeta })
  return (node.properties as Record<string, unknown>).spec
}

it('has the fields of every object besides its own', () => {
  const node = customSchema({ type: 'object', description: 'Foo' }, { version: 3, objectMeta })
  expect(node).toMatchObject({
    type: 'object',
    description: 'Foo',
    properties: { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { allOf: [objectMeta] } },
  })
})

it('says nothing of fields where nothing is known of them: clients would take those it names for all', () => {
  expect(customSchema(undefined, { version: 3, objectMeta })).toEqual({ type: 'object' })
  const open: JSONSchemaProps = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  expect(customSchema(open, { version: 2, objectMeta })).toEqual({ type: 'object' })
  expect(customSchema(open, { version: 3, objectMeta })).toHaveProperty('properties.metadata')
})

test.each<[string, JSONSchemaProps, object, object]>([
  [
    'a number or a text',
    { 'x-kubernetes-int-or-string': true },
    { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
    { 'x-kubernetes-int-or-string': true },
  ],
  ['null', { type: 'string', nullable: true }, { type: 'string', nullable: true }, {}],
  [
    'alternatives',
    { type: 'integer', oneOf: [{ minimum: 1 }] },
    { type: 'integer', oneOf: [{ minimum: 1 }] },
    { type: 'integer' },
  ],
  [
    'free form',
    { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { a: { type: 'string' } } },
    { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { a: { type: 'string' } } },
    { 'x-kubernetes-preserve-unknown-fields': true },
  ],
  [
    'a list with keys',
    { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['a'], items: { type: 'object' } },
    { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['a'], items: { type: 'object' } },
    { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['a'], items: { type: 'object' } },
  ],
])('%s, in v3 and in v2', (_, schema, v3, v2) => {
  expect(inVersion(3, schema)).toEqual(v3)
  expect(inVersion(2, schema)).toEqual(v2)
})

describe('an object inside an object', () => {
  it('has a kind and metadata of its own', () => {
    const schema: JSONSchemaProps = {
      type: 'object',
      'x-kubernetes-embedded-resource': true,
      properties: { spec: { type: 'object' } },
    }
    expect(inVersion(3, schema)).toMatchObject({
      required: ['kind', 'apiVersion'],
      properties: { metadata: { allOf: [objectMeta] } },
    })
  })
})
