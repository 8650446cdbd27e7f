import { expect, it, test } from 'vitest'
import { builtinSchemas } from '../generated/schemas.ts'
import { allResources, findResourceByKind } from '../registry.ts'
import { appSchemas } from './app-schemas.ts'
import { backingSchemas } from './backing-schemas.ts'
import { gatewaySchemas } from './gateway-schemas.ts'
import { allSchemas, findSchema } from './index.ts'
import type { FieldSchema } from './schema.ts'

test.each(
  allResources.map((resource) => [`${resource.group}/${resource.version} ${resource.kind}`, resource] as const),
)('%s has a schema and is found by its kind', (_, resource) => {
  expect(findSchema(resource)).toBeDefined()
  const apiVersion = resource.group === '' ? resource.version : `${resource.group}/${resource.version}`
  expect(findResourceByKind(apiVersion, resource.kind)).toBe(resource)
})

it('has no schema twice', () => {
  const names = [builtinSchemas, appSchemas, backingSchemas, gatewaySchemas].flatMap(Object.keys)
  expect(new Set(names).size).toBe(names.length)
})

it('refers only to schemas that exist, and merges lists of objects only by keys they have', () => {
  const problems: string[] = []
  const check = (where: string, field: FieldSchema): void => {
    if (field.type === 'object' && allSchemas[field.schema ?? ''] === undefined)
      problems.push(`${where}: ${field.schema}`)
    if (field.items !== undefined) check(`${where}[]`, field.items)
    const element = field.items?.type === 'object' ? allSchemas[field.items.schema ?? ''] : undefined
    for (const key of field.listMapKeys ?? [])
      if (element?.fields[key] === undefined) problems.push(`${where} has no key ${key}`)
  }
  for (const [name, schema] of Object.entries(allSchemas))
    for (const [field, value] of Object.entries(schema.fields)) check(`${name}.${field}`, value)
  expect(problems).toEqual([])
})
