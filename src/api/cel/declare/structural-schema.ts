/** Structural schemas of custom resources as expressions see them. */
import type { Structural } from '../../structural/schema/structural.ts'
import { type CelSchema, withObjectMeta } from './schema.ts'

/** `isResource`: the schema of an object as a whole. */
export function celSchemaOf(structural: Structural, isResource = false): CelSchema {
  const { source } = structural
  const { items, additional } = structural
  const schema: CelSchema = {
    type: structural.type,
    format: source.format ?? '',
    nullable: structural.nullable,
    intOrString: structural.intOrString,
    preserveUnknownFields: structural.preserveUnknownFields,
    embeddedResource: structural.embeddedResource,
    items: items && celSchemaOf(items),
    properties: new Map([...structural.properties].map(([name, property]) => [name, celSchemaOf(property)])),
    additional: additional?.schema && celSchemaOf(additional.schema),
    required: new Set(source.required),
    hasDefault: structural.default !== undefined,
    enum: (source.enum as readonly unknown[] | undefined) ?? [],
    maxItems: source.maxItems,
    maxLength: source.maxLength,
    maxProperties: source.maxProperties,
    listType: structural.listType,
    listMapKeys: structural.listMapKeys,
  }
  return isResource || structural.embeddedResource ? withObjectMeta(schema) : schema
}
