import { expect, test } from 'vitest'
import { resources, type Resource } from '../api/index.ts'
import { allSchemas } from '../api/machinery.ts'
import { ALWAYS_LISTS, withoutNulls } from './without-nulls.ts'

const read = (resource: Resource, value: unknown): unknown => {
  const text = JSON.stringify(value)
  return withoutNulls(resource, JSON.parse(text) as unknown, text)
}

test('what is null on the wire is not there', () => {
  const slice = { ports: null, endpoints: null, metadata: { name: 'a', labels: null } }
  const seen = { endpoints: [], metadata: { name: 'a' } }
  expect(read(resources.endpointslices, slice)).toEqual(seen)
  expect(read(resources.endpointslices, { items: [slice, slice] })).toEqual({ items: [seen, seen] })
  expect(read(resources.configmaps, { data: { a: ':null', b: 'null' } })).toEqual({ data: { a: ':null', b: 'null' } })
})

test('a null that may be meant stays', () => {
  const custom: Resource = { ...resources.configmaps, group: 'example.dev', kind: 'Thing' }
  expect(read(custom, { spec: { a: null } })).toEqual({ spec: { a: null } })
  expect(read(resources.controllerrevisions, { data: { a: null } })).toEqual({ data: { a: null } })
})

test('the lists that are always there are those of the schemas', () => {
  const lists = Object.values(allSchemas).flatMap(({ fields }) =>
    Object.entries(fields).flatMap(([name, { nullZero, required, type }]) =>
      nullZero === true && required === true && type === 'list' ? [name] : [],
    ),
  )
  expect([...new Set(lists)].sort()).toEqual([...ALWAYS_LISTS].sort())
})
