/** A structural schema: what an `openAPIV3Schema` says of the shape of values, apart from which values are allowed.
 *  Pruning, defaulting and server-side apply walk it. Source: k8s.io/apiextensions-apiserver v0.34,
 *  pkg/apiserver/schema (structural.go, convert.go). */
import { cloneJson } from '../../decode/index.ts'
import type { JSONSchemaProps, ValidationRule } from '../../generated/types.ts'
import { additionalOf, hasAdditional, hasDefault, itemsOf, propertiesOf } from './json-schema.ts'

export interface Structural {
  /** What this was made from: value validation reads it. */
  source: JSONSchemaProps
  /** Empty where any type will do. */
  type: string
  nullable: boolean
  /** Undefined: none. Changed by pruning of defaults, while the schema is being made. */
  default: unknown
  preserveUnknownFields: boolean
  /** The value is an object of the API, with apiVersion, kind and metadata. */
  embeddedResource: boolean
  intOrString: boolean
  listType: string | undefined
  listMapKeys: readonly string[]
  mapType: string | undefined
  items: Structural | undefined
  properties: ReadonlyMap<string, Structural>
  /** Present when fields beside `properties` may be there; without a schema nothing is known of them. */
  additional: { schema: Structural | undefined } | undefined
  rules: readonly ValidationRule[]
  /** What there is here or anywhere below, so that walks end early. */
  has: { defaults: boolean; embedded: boolean; keyedLists: boolean; rules: boolean }
}

/** `schema` must have passed the checks of `structuralErrors`; of what these refuse nothing is kept. */
export function toStructural(schema: JSONSchemaProps): Structural {
  const items = itemsOf(schema)
  const additional = additionalOf(schema)
  const node: Omit<Structural, 'has'> = {
    source: schema,
    type: schema.type ?? '',
    nullable: schema.nullable === true,
    default: hasDefault(schema) ? cloneJson(schema.default) : undefined,
    preserveUnknownFields: schema['x-kubernetes-preserve-unknown-fields'] === true,
    embeddedResource: schema['x-kubernetes-embedded-resource'] === true,
    intOrString: schema['x-kubernetes-int-or-string'] === true,
    listType: schema['x-kubernetes-list-type'],
    listMapKeys: schema['x-kubernetes-list-map-keys'] ?? [],
    mapType: schema['x-kubernetes-map-type'],
    items: items && toStructural(items),
    properties: new Map(propertiesOf(schema).map(([name, inner]) => [name, toStructural(inner)])),
    additional: hasAdditional(schema) ? { schema: additional && toStructural(additional) } : undefined,
    rules: schema['x-kubernetes-validations'] ?? [],
  }
  return { ...node, has: featuresOf(node) }
}

/** The schemas one step below. */
export function innerSchemas(schema: Pick<Structural, 'items' | 'properties' | 'additional'>): Structural[] {
  const inner = [...schema.properties.values()]
  if (schema.items) inner.push(schema.items)
  if (schema.additional?.schema) inner.push(schema.additional.schema)
  return inner
}

/** The schema of one field of an object; undefined when nothing is known of it. */
export const schemaOfField = (schema: Structural | undefined, field: string): Structural | undefined =>
  schema?.properties.get(field) ?? schema?.additional?.schema

function featuresOf(node: Omit<Structural, 'has'>): Structural['has'] {
  const inner = innerSchemas(node)
  return {
    defaults: node.default !== undefined || inner.some(({ has }) => has.defaults),
    embedded: node.embeddedResource || inner.some(({ has }) => has.embedded),
    keyedLists: node.listType === 'set' || node.listType === 'map' || inner.some(({ has }) => has.keyedLists),
    rules: node.rules.length > 0 || inner.some(({ has }) => has.rules),
  }
}
