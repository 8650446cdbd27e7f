/** The declaration of a value with a schema. Sizes that the schema does not bound are bounded by the largest request.
 *  Source: k8s.io/apiserver v0.34, pkg/cel/common/schemas.go. */
import { BOOL, BYTES, DOUBLE, DURATION, DYN, INT, STRING, TIMESTAMP } from '../check/types.ts'
import { type Declaration, listDeclaration, mapDeclaration, objectDeclaration, simple } from './declaration.ts'
import { escapeName } from './escape.ts'
import { type CelSchema, withObjectMeta } from './schema.ts'

export const MAX_REQUEST_BYTES = 3 * 1024 * 1024
const MAX_TEXT = MAX_REQUEST_BYTES - 2
const MAX_TIME = 32
const DATE = 12
const MIN_TIME = 21
const MIN_DURATION = 3

/** `name`: of its type, if it is an object. Undefined for what expressions cannot see. */
export function declareSchema(
  schema: CelSchema,
  name: string,
  isResource = schema.embeddedResource,
): Declaration | undefined {
  if (schema.intOrString) {
    return simple(DYN, 1, schema.maxLength === undefined ? MAX_TEXT : bytesOf(schema.maxLength))
  }
  const full = isResource ? withObjectMeta(schema) : schema
  switch (full.type) {
    case 'array':
      return declareArray(full, name)
    case 'object':
      return full.additional === undefined ? declareObject(full, name) : declareMap(full, full.additional, name)
    case 'string':
      return declareString(full)
    case 'boolean':
      return simple(BOOL, 4)
    case 'number':
      return simple(DOUBLE)
    case 'integer':
      return simple(INT)
    default:
      return undefined
  }
}

/** A character may be four bytes. */
const bytesOf = (length: number): number => Math.max(0, length) * 4

function declareArray({ items, maxItems }: CelSchema, name: string): Declaration | undefined {
  const element = items && declareSchema(items, `${name}.@idx`)
  if (element === undefined) return undefined
  const most = Math.trunc((MAX_REQUEST_BYTES - 2) / (element.minSize + 1))
  return listDeclaration(element, maxItems === undefined ? most : Math.max(0, maxItems))
}

function declareMap({ maxProperties }: CelSchema, additional: CelSchema, name: string): Declaration | undefined {
  const element = declareSchema(additional, `${name}.@elem`)
  if (element === undefined) return undefined
  const most = Math.trunc((MAX_REQUEST_BYTES - 2) / (element.minSize + 6))
  return mapDeclaration(element, maxProperties === undefined ? most : Math.max(0, maxProperties))
}

function declareObject({ properties, required }: CelSchema, name: string): Declaration {
  const fields = new Map<string, Declaration>()
  let minSize = 2
  for (const [property, schema] of properties) {
    const escaped = escapeName(property)
    const field = declareSchema(schema, `${name}.${escaped ?? property}`)
    if (field === undefined) continue
    if (escaped !== undefined) fields.set(escaped, field)
    if (required.has(property) && !schema.hasDefault) minSize += Buffer.byteLength(property) + field.minSize + 4
  }
  return objectDeclaration(name, fields, minSize)
}

function declareString(schema: CelSchema): Declaration {
  switch (schema.format) {
    case 'byte':
      return simple(BYTES, 2, schema.maxLength === undefined ? MAX_TEXT : Math.max(0, schema.maxLength))
    case 'duration':
      return simple(DURATION, MIN_DURATION, MAX_TIME)
    case 'date':
      return simple(TIMESTAMP, DATE, DATE)
    case 'date-time':
      return simple(TIMESTAMP, MIN_TIME, MAX_TIME)
    default:
      return simple(STRING, 2, maxText(schema))
  }
}

function maxText(schema: CelSchema): number {
  if (schema.maxLength !== undefined) return bytesOf(schema.maxLength)
  if (schema.enum.length === 0) return MAX_TEXT
  return Math.max(0, ...schema.enum.map((value) => (typeof value === 'string' ? Buffer.byteLength(value) : 0)))
}
