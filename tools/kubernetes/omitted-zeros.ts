/** Which fields Go leaves out of JSON while they are zero: those tagged so that are no pointers; and which it writes as
 *  null: what has a nil and is not tagged, and structs that write themselves. */
import type { GoField } from './go-structs.ts'
import type { GoPackage } from './go-packages.ts'

/** Types whose zero is written nevertheless: structs, and what writes itself. */
const ALWAYS_WRITTEN = new Set(['object', 'any', 'time', 'microTime', 'quantity', 'intOrString'])
/** Types of which Go tells the empty one from none only in memory. */
const COLLECTIONS = new Set(['list', 'map'])
/** Structs whose zero writes itself as null. */
const NULL_STRUCTS = new Set(['time', 'microTime', 'any'])

/** For each schema, by its name in OpenAPI documents, the Go fields of its struct by their names in JSON. */
export function goFieldsOf(packages: readonly GoPackage[]): ReadonlyMap<string, ReadonlyMap<string, GoField>> {
  return new Map(
    packages.flatMap(({ schemas, structs }) =>
      [...schemas].map(([struct, id]) => [id, new Map(fieldsIn(struct, structs))] as const),
    ),
  )
}

function fieldsIn(struct: string, structs: GoPackage['structs']): [string, GoField][] {
  return (structs.get(struct) ?? []).flatMap((field): [string, GoField][] =>
    field.name === undefined ? fieldsIn(field.type, structs) : [[field.name, field]],
  )
}

/** `type` is that of the field's schema. */
export const omitsZero = (type: string, field: GoField | undefined): boolean =>
  field?.omitEmpty === true && !ALWAYS_WRITTEN.has(type) && (COLLECTIONS.has(type) || !field.pointer)

/** `type` is that of the field's schema. */
export function writesNull(type: string, field: GoField | undefined): boolean {
  if (field === undefined) return false
  if (!field.pointer && NULL_STRUCTS.has(type)) return !field.omitZeroStruct
  return !field.omitEmpty && (field.pointer || type === 'bytes')
}
