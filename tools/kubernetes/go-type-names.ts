/** What Go calls the types of fields, where their JSON alone does not tell: `v1.RestartPolicy` is a string. Go's messages
 *  on JSON of the wrong type have these names. */
import type { FieldSchema } from '../../src/api/schema/schema.ts'

/** Structs are named by their schemas, and what writes itself is read as what it is written as. */
const NAMED = new Set<FieldSchema['type']>(['string', 'boolean', 'int32', 'int64', 'double', 'bytes', 'list', 'map'])
const BUILT_IN = new Set(['string', 'bool', 'int32', 'int64', 'float64', 'int', 'byte', 'uint8'])

/** The field with the names of its Go type, which is as its package's source has it: `[]AccessMode`, `rbacv1.Verbs`.
 *  `packageName` is what other packages call that one. */
export function withGoType(field: FieldSchema, type: string, packageName: string): FieldSchema {
  const [, key = 'string', inner] = /^(?:\[\]|map\[([\w.]+)\])(.*)$/.exec(type) ?? []
  if (inner !== undefined) {
    if (field.items === undefined) return field
    const goType = key === 'string' ? undefined : `map[${nameOf(key, packageName)}]${nameOf(inner, packageName)}`
    return { ...field, items: withGoType(field.items, inner, packageName), ...(goType && { goType }) }
  }
  if (!NAMED.has(field.type) || BUILT_IN.has(type)) return field
  return { ...field, goType: nameOf(type, packageName) }
}

/** Of a type that is no list and no map. */
function nameOf(type: string, packageName: string): string {
  if (BUILT_IN.has(type)) return type
  const [name = '', from] = type.replace(/^\*/, '').split('.').reverse()
  // Packages of versions are imported under names like `metav1`.
  return `${from === undefined ? packageName : from.replace(/^[a-z]+(?=v\d)/, '')}.${name}`
}
