/** From a resource or a schema's name to the schema. */
import { invariant } from '../../lib/index.ts'
import { builtinSchemas } from '../generated/schemas.ts'
import { appSchemas } from './app-schemas.ts'
import { backingSchemas } from './backing-schemas.ts'
import { gatewaySchemas } from './gateway-schemas.ts'
import type { ObjectSchema, SchemaSet } from './schema.ts'

/** Every schema by name. Names of hand-written ones must not meet generated ones; a test looks. */
export const allSchemas: SchemaSet = { ...builtinSchemas, ...appSchemas, ...backingSchemas, ...gatewaySchemas }

const byKind: ReadonlyMap<string, ObjectSchema> = new Map(
  Object.values(allSchemas).flatMap((schema) => (schema.kinds ?? []).map((kind) => [kind, schema] as const)),
)

interface Kind {
  group: string
  version: string
  kind: string
}

/** Undefined for kinds that are never sent or stored (`NodeProxyOptions`). */
export function findSchema({ group, version, kind }: Kind): ObjectSchema | undefined {
  return byKind.get(`${group}/${version}/${kind}`)
}

/** The schema of a resource's objects; also of a subresource's kind (`Scale`, `Eviction`). */
export function schemaFor(resource: Kind): ObjectSchema {
  const known = byResource.get(resource)
  if (known !== undefined) return known
  const schema = findSchema(resource)
  invariant(schema !== undefined, `no schema for ${resource.group}/${resource.version} ${resource.kind}`)
  byResource.set(resource, schema)
  return schema
}

/** Asked several times for each write, with few resources that never change. */
const byResource = new WeakMap<Kind, ObjectSchema>()

export function schemaNamed(name: string): ObjectSchema {
  const schema = allSchemas[name]
  invariant(schema !== undefined, `no schema named ${name}`)
  return schema
}
