/** Defaults of custom resources, and the nulls that stand for absent fields. Source: k8s.io/apiextensions-apiserver
 *  v0.34, pkg/apiserver/schema/defaulting (algorithm.go, prunenulls.go). */
import { cloneJson, getOwn, isJsonObject, setOwn } from '../decode/index.ts'
import { schemaOfField, type Structural } from './schema/structural.ts'

const isUnwelcomeNull = (value: unknown, schema: Structural | undefined): schema is Structural =>
  value === null && schema !== undefined && !schema.nullable

/** Changes `value`: nulls where the schema allows none go, unless a default takes their place. */
export function removeNulls(value: unknown, schema: Structural | undefined): void {
  if (Array.isArray(value)) for (const item of value) removeNulls(item, schema?.items)
  else if (isJsonObject(value))
    for (const field of Object.keys(value)) {
      const inner = schemaOfField(schema, field)
      if (isUnwelcomeNull(value[field], inner) && inner.default === undefined) delete value[field]
      else removeNulls(value[field], inner)
    }
}

/** Changes `value`: absent fields, and nulls where the schema allows none, become their defaults. */
export function applySchemaDefaults(value: unknown, schema: Structural | undefined): void {
  if (schema === undefined || !schema.has.defaults) return
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      if (isUnwelcomeNull(item, schema.items) && schema.items.default !== undefined)
        value[index] = cloneJson(schema.items.default)
    for (const item of value) applySchemaDefaults(item, schema.items)
  } else if (isJsonObject(value)) {
    for (const [field, property] of schema.properties) {
      if (property.default === undefined) continue
      const current = getOwn(value, field)
      if (current === undefined || isUnwelcomeNull(current, property)) setOwn(value, field, cloneJson(property.default))
    }
    for (const field of Object.keys(value)) {
      const inner = schemaOfField(schema, field)
      if (isUnwelcomeNull(value[field], inner) && inner.default !== undefined) value[field] = cloneJson(inner.default)
      applySchemaDefaults(value[field], inner)
    }
  }
}
