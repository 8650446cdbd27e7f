/** The schema of a custom kind as OpenAPI documents show it. Source: k8s.io/apiextensions-apiserver v0.34,
 *  pkg/controller/openapi/builder and pkg/controller/openapi/v2, pkg/apiserver/schema (kubeopenapi.go, unfold.go). */
import { isJsonObject } from '../../api/index.ts'
import type { JSONSchemaProps } from '../../api/machinery.ts'
import { API_VERSION, KIND, METADATA } from './descriptions.ts'
import type { OpenApiNode } from './schemas.ts'

/** Documents differ in what they can say, and in where they keep what is referred to. */
export interface Dialect {
  version: 2 | 3
  objectMeta: OpenApiNode
}

/** What a schema says of a value, in the order of no importance that documents have. */
const KEPT = [
  'description',
  'type',
  'format',
  'title',
  'nullable',
  'default',
  'maximum',
  'exclusiveMaximum',
  'minimum',
  'exclusiveMinimum',
  'maxLength',
  'minLength',
  'pattern',
  'maxItems',
  'minItems',
  'uniqueItems',
  'multipleOf',
  'enum',
  'maxProperties',
  'minProperties',
  'required',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-embedded-resource',
  'x-kubernetes-int-or-string',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-list-type',
  'x-kubernetes-map-type',
  'x-kubernetes-validations',
] as const

/** `schema` is that of a whole object; undefined: nothing is known of its fields. */
export function customSchema(schema: JSONSchemaProps | undefined, dialect: Dialect): OpenApiNode {
  // Clients take the fields that are named for all there are.
  if (schema === undefined || (dialect.version === 2 && schema['x-kubernetes-preserve-unknown-fields'] === true))
    return { type: 'object' }
  const node = nodeOf(schema, dialect)
  return { ...node, properties: { ...(node.properties as object | undefined), ...objectProperties(dialect) } }
}

const objectProperties = (dialect: Dialect) => ({
  apiVersion: { type: 'string', description: API_VERSION },
  kind: { type: 'string', description: KIND },
  metadata: metadataOf(dialect),
})

/** Readers of version 3 look at nothing beside a reference. */
function metadataOf({ version, objectMeta }: Dialect): OpenApiNode {
  if (!('$ref' in objectMeta)) return objectMeta
  return version === 3 ? { allOf: [objectMeta], description: METADATA } : { ...objectMeta, description: METADATA }
}

function nodeOf(schema: JSONSchemaProps, dialect: Dialect): OpenApiNode {
  const node: OpenApiNode = {}
  for (const field of KEPT) if (isSaid(schema[field])) node[field] = schema[field]
  const { items, additionalProperties } = schema
  if (isJsonObject(items)) node.items = nodeOf(items, dialect)
  if (schema.properties) node.properties = nodesIn(schema.properties, dialect)
  if (isJsonObject(additionalProperties)) node.additionalProperties = nodeOf(additionalProperties, dialect)
  else if (additionalProperties !== undefined) node.additionalProperties = additionalProperties
  if (dialect.version === 2) withoutNewerParts(node, schema)
  else Object.assign(node, junctorsOf(schema, dialect))
  if (schema['x-kubernetes-embedded-resource'] === true) embed(node, dialect)
  return node
}

const isSaid = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== false && value !== '' && !(Array.isArray(value) && !value.length)

const nodesIn = (properties: Record<string, JSONSchemaProps>, dialect: Dialect): Record<string, OpenApiNode> =>
  Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, nodeOf(inner, dialect)]))

const INT_OR_STRING = [{ type: 'integer' }, { type: 'string' }]

function junctorsOf(schema: JSONSchemaProps, dialect: Dialect): OpenApiNode {
  const found: OpenApiNode = {}
  for (const junctor of ['allOf', 'anyOf', 'oneOf'] as const) {
    const inner = schema[junctor]
    if (inner && inner.length > 0) found[junctor] = inner.map((one) => nodeOf(one, dialect))
  }
  if (schema.not) found.not = nodeOf(schema.not, dialect)
  const saysTypes = [schema.anyOf, schema.allOf?.[0]?.anyOf].some(
    (one) => one?.length === 2 && one[0]?.type === 'integer',
  )
  if (schema['x-kubernetes-int-or-string'] !== true || saysTypes) return found
  if (found.anyOf === undefined) return { ...found, anyOf: INT_OR_STRING }
  return { ...found, allOf: [{ anyOf: INT_OR_STRING }, ...((found.allOf as OpenApiNode[] | undefined) ?? [])] }
}

/** OpenAPI v2 has no null, and its clients take named fields for all there are. */
function withoutNewerParts(node: OpenApiNode, schema: JSONSchemaProps): void {
  const preserves = schema['x-kubernetes-preserve-unknown-fields'] === true
  if (schema.nullable === true) delete node.type
  delete node.nullable
  if (schema.nullable === true || preserves) {
    delete node.items
    delete node.properties
  }
  if ((node.items === undefined && node.type === 'array') || (preserves && node.type === 'object')) delete node.type
  const required = (schema.required ?? []).filter((name) => schema.properties?.[name]?.nullable !== true)
  if (required.length === 0) delete node.required
  else node.required = required
}

function embed(node: OpenApiNode, dialect: Dialect): void {
  if (dialect.version === 2 && node['x-kubernetes-preserve-unknown-fields'] === true) return
  node.properties = { ...(node.properties as object | undefined), ...objectProperties(dialect) }
  node.required = [...new Set([...((node.required as string[] | undefined) ?? []), 'kind', 'apiVersion'])]
}
