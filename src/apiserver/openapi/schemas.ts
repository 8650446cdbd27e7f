/** Component schemas of OpenAPI v3 documents, from the compact ones. Source of the form: what kube-apiserver v1.34
 *  publishes, less descriptions. */
import { allSchemas, type FieldSchema, type ObjectSchema, scalarIds, schemaNamed } from '../../api/machinery.ts'
import { OBJECT_META, OBJECT_META_FIELDS } from './descriptions.ts'

export type OpenApiNode = Record<string, unknown>

/** Scalars that OpenAPI documents name. */
const NAMED_SCALARS: Readonly<Record<string, { name: string; node: OpenApiNode }>> = {
  time: { name: 'Time', node: { type: 'string', format: 'date-time' } },
  microTime: { name: 'MicroTime', node: { type: 'string', format: 'date-time' } },
  quantity: { name: 'Quantity', node: { oneOf: [{ type: 'string' }, { type: 'number' }] } },
  intOrString: {
    name: 'IntOrString',
    node: { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
  },
}
const PLAIN_SCALARS: Readonly<Record<string, OpenApiNode>> = {
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  double: { type: 'number', format: 'double' },
  bytes: { type: 'string', format: 'byte' },
}

export const referenceTo = (id: string): OpenApiNode => ({ $ref: `#/components/schemas/${id}` })

/** Collects schemas and all that they refer to, each once. */
export class SchemaCollector {
  readonly components: Record<string, OpenApiNode> = {}

  /** Adds a schema by its own name, and returns a reference to it. */
  add(name: string): OpenApiNode {
    const schema = allSchemas[name]
    if (schema === undefined) return {}
    return this.addSchema(schema)
  }

  /** Adds a schema that may be in no list of ours. */
  addSchema(schema: ObjectSchema): OpenApiNode {
    // The entry is made before the fields are looked at, because schemas may refer to themselves.
    if (this.components[schema.id] === undefined) {
      const node: OpenApiNode = {}
      this.components[schema.id] = node
      Object.assign(node, this.#object(schema))
    }
    return referenceTo(schema.id)
  }

  /** Says what the fields of metadata are for, which only documents of custom kinds do. */
  describeObjectMeta(): void {
    const node = this.components[schemaNamed('ObjectMeta').id]
    if (node === undefined || node.description !== undefined) return
    node.description = OBJECT_META
    const properties = node.properties as Record<string, OpenApiNode>
    for (const [name, description] of Object.entries(OBJECT_META_FIELDS))
      if (properties[name] !== undefined) properties[name] = { ...properties[name], description }
  }

  #object(schema: ObjectSchema): OpenApiNode {
    const fields = Object.entries(schema.fields)
    const required = fields.filter(([, field]) => field.required === true).map(([name]) => name)
    return {
      type: 'object',
      ...(fields.length > 0 && {
        properties: Object.fromEntries(fields.map(([name, field]) => [name, this.#field(field)])),
      }),
      ...(required.length > 0 && { required }),
      ...(schema.mapType && { 'x-kubernetes-map-type': schema.mapType }),
      ...(schema.kinds && { 'x-kubernetes-group-version-kind': schema.kinds.map(groupVersionKind) }),
    }
  }

  #field(field: FieldSchema): OpenApiNode {
    const node = this.#type(field)
    const extras = {
      ...(field.default !== undefined && { default: field.default }),
      ...(field.listType && { 'x-kubernetes-list-type': field.listType }),
      ...(field.listMapKeys && { 'x-kubernetes-list-map-keys': field.listMapKeys }),
      ...(field.mapType && { 'x-kubernetes-map-type': field.mapType }),
      ...(field.patchStrategy && { 'x-kubernetes-patch-strategy': field.patchStrategy }),
      ...(field.patchMergeKey && { 'x-kubernetes-patch-merge-key': field.patchMergeKey }),
    }
    // Beside a reference nothing else counts, so what stands beside it wraps it.
    return '$ref' in node ? { allOf: [node], ...extras } : { ...node, ...extras }
  }

  #type(field: FieldSchema): OpenApiNode {
    if (field.type === 'object') return this.add(field.schema ?? '')
    if (field.type === 'list') return { type: 'array', items: this.#field(field.items ?? { type: 'any' }) }
    if (field.type === 'map')
      return { type: 'object', additionalProperties: this.#field(field.items ?? { type: 'any' }) }
    if (field.type === 'any') return field.schema === undefined ? { type: 'object' } : this.#named(field.schema, OPAQUE)
    const named = NAMED_SCALARS[field.type]
    return named === undefined ? { ...PLAIN_SCALARS[field.type] } : this.#named(named.name, named.node)
  }

  #named(name: string, node: OpenApiNode): OpenApiNode {
    const id = scalarIds[name] ?? name
    this.components[id] ??= node
    return referenceTo(id)
  }
}

/** RawExtension and its like: whatever there is. */
const OPAQUE: OpenApiNode = { 'x-kubernetes-preserve-unknown-fields': true }

function groupVersionKind(text: string): OpenApiNode {
  const [group, version, kind] = text.split('/')
  return { group, kind, version }
}
