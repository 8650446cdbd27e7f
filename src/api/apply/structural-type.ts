/** The shape of custom resources, from their structural schema. Source: k8s.io/kube-openapi, pkg/schemaconv/openapi.go;
 *  k8s.io/apiextensions-apiserver v0.34, pkg/controller/openapi/builder. */
import { schemaNamed } from '../schema/index.ts'
import type { Structural } from '../structural/index.ts'
import { typeOfSchema } from './builtin-type.ts'
import { ATOMIC_ANY, DEDUCED_ANY, type FieldNode, type ListForm, type MapForm, type TypeNode } from './type-node.ts'

/** Without a schema nothing is known of the kind but that objects are merged field by field. */
export function typeOfStructural(schema: Structural | undefined): TypeNode {
  if (schema === undefined) return DEDUCED_ANY
  const known = made.get(schema)
  if (known !== undefined) return known
  const type: TypeNode = { map: objectForm(schema, schema.preserveUnknownFields, true) }
  made.set(schema, type)
  return type
}

/** Types already made. */
const made = new WeakMap<Structural, TypeNode>()

function typeOf(schema: Structural, inherited: boolean): TypeNode {
  const keep = inherited || schema.preserveUnknownFields
  switch (schema.type) {
    case '':
      return { scalar: 'untyped', list: listForm(schema, keep), map: objectForm(schema, keep) }
    case 'object':
      return { map: objectForm(schema, keep) }
    case 'array':
      return { list: listForm(schema, keep) }
    case 'integer':
    case 'number':
      return { scalar: 'number' }
    case 'boolean':
      return { scalar: 'boolean' }
    default:
      return { scalar: schema.source.format && schema.source.format !== 'byte' ? 'untyped' : 'string' }
  }
}

function objectForm(schema: Structural, keep: boolean, isObject = schema.embeddedResource): MapForm {
  const fields = new Map<string, FieldNode>()
  for (const [name, property] of schema.properties) {
    const type = typeOf(property, keep)
    fields.set(name, property.default === undefined ? { type } : { type, default: property.default })
  }
  if (isObject) {
    fields.set('apiVersion', { type: { scalar: 'string' } })
    fields.set('kind', { type: { scalar: 'string' } })
    fields.set('metadata', { type: typeOfSchema(schemaNamed('ObjectMeta')) })
  }
  return { atomic: schema.mapType === 'atomic', fields, rest: restOf(schema, keep, fields.size) }
}

function restOf({ additional }: Structural, keep: boolean, fieldCount: number): TypeNode | undefined {
  if (additional !== undefined) return additional.schema === undefined ? DEDUCED_ANY : typeOf(additional.schema, keep)
  return keep || fieldCount === 0 ? DEDUCED_ANY : undefined
}

function listForm({ items, listType, listMapKeys }: Structural, keep: boolean): ListForm {
  const atomic = listType !== 'set' && listType !== 'map'
  return { atomic, keys: [...listMapKeys].sort(), items: items === undefined ? ATOMIC_ANY : typeOf(items, keep) }
}
