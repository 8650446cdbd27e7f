/** The shape of Kubernetes' own kinds, from their schemas.
 *  Source: k8s.io/kube-openapi, pkg/schemaconv; zero values: value/reflectcache.go of structured-merge-diff. */
import { type FieldSchema, type ObjectSchema, schemaNamed } from '../schema/index.ts'
import { ATOMIC_ANY, DEDUCED_ANY, type FieldNode, NO_FIELDS, type TypeNode } from './type-node.ts'

const STRING: TypeNode = { scalar: 'string' }
const NUMBER: TypeNode = { scalar: 'number' }
const BOOLEAN: TypeNode = { scalar: 'boolean' }
const UNTYPED: TypeNode = { scalar: 'untyped' }
const FREE_OBJECT: TypeNode = { map: { atomic: false, fields: NO_FIELDS, rest: DEDUCED_ANY } }

const SCALARS = {
  string: STRING,
  bytes: STRING,
  int32: NUMBER,
  int64: NUMBER,
  double: NUMBER,
  boolean: BOOLEAN,
  time: UNTYPED,
  microTime: UNTYPED,
  quantity: UNTYPED,
  intOrString: UNTYPED,
} as const

/** Opaque types by name; the others (`JSON` and its kin) may be anything. */
const OPAQUE: Readonly<Record<string, TypeNode>> = {
  RawExtension: ATOMIC_ANY,
  FieldsV1: FREE_OBJECT,
  Patch: FREE_OBJECT,
}

/** Nodes already made, by schema: nodes are shared, and types that contain themselves need it. */
const made = new WeakMap<ObjectSchema, TypeNode>()

export function typeOfSchema(schema: ObjectSchema): TypeNode {
  const known = made.get(schema)
  if (known !== undefined) return known
  const fields = new Map<string, FieldNode>()
  const node: TypeNode = { map: { atomic: schema.mapType === 'atomic', fields, rest: undefined } }
  made.set(schema, node)
  for (const [name, field] of Object.entries(schema.fields)) fields.set(name, fieldNode(field))
  // An object without properties is free-form.
  return fields.size > 0 ? node : Object.assign(node, FREE_OBJECT)
}

function fieldNode(field: FieldSchema): FieldNode {
  const type = typeOfField(field)
  const zero = zeroOf(field)
  return {
    type,
    ...(field.default !== undefined && { default: field.default }),
    ...(zero !== undefined && { zero }),
  }
}

/** The schema says of structs that are no pointers that `{}` is their default; of scalars that are always written, that
 *  their zero is. */
function zeroOf(field: FieldSchema): unknown {
  if (field.nullZero) return null
  if (field.type === 'object') return field.default === undefined ? undefined : {}
  if (field.omitZero) return undefined
  return field.required || ZEROS.has(field.default) ? field.default : undefined
}

const ZEROS = new Set<unknown>(['', 0, false])

function typeOfField(field: FieldSchema): TypeNode {
  switch (field.type) {
    case 'object':
      return withMapType(typeOfSchema(schemaNamed(field.schema ?? '')), field.mapType)
    case 'map': {
      const rest = typeOfField(field.items ?? { type: 'any' })
      return { map: { atomic: field.mapType === 'atomic', fields: NO_FIELDS, rest } }
    }
    case 'list':
      return { list: { ...listRelation(field), items: typeOfField(field.items ?? { type: 'any' }) } }
    case 'any':
      return OPAQUE[field.schema ?? ''] ?? DEDUCED_ANY
    default:
      return SCALARS[field.type]
  }
}

/** A field may say otherwise than its type does. */
function withMapType(type: TypeNode, mapType: FieldSchema['mapType']): TypeNode {
  if (mapType === undefined || type.map === undefined) return type
  return { map: { ...type.map, atomic: mapType === 'atomic' } }
}

/** The list's own word for server-side apply, or what its strategic merge implies. */
function listRelation(field: FieldSchema): { atomic: boolean; keys: readonly string[] } {
  if (field.listType !== undefined)
    return { atomic: field.listType === 'atomic', keys: [...(field.listMapKeys ?? [])].sort() }
  const merges = field.patchStrategy?.split(',').includes('merge') ?? false
  return { atomic: !merges, keys: merges && field.patchMergeKey !== undefined ? [field.patchMergeKey] : [] }
}
