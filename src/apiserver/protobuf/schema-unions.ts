/** The types inside CustomResourceDefinitions that in JSON are one thing or another, and in protobuf a message with a
 *  field for each. Source: types_jsonschema.go, generated.proto and marshal.go of k8s.io/apiextensions-apiserver v0.34. */
import type { FieldSchema, ObjectSchema } from '../../api/machinery.ts'

export interface SchemaUnion {
  /** Of the message. */
  schema: ObjectSchema
  /** Its protobuf fields, as in generated/fields.ts. */
  fields: string
  /** The one that JSON has. */
  choose: (message: Record<string, unknown>) => unknown
}

const PACKAGE = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1'
const SCHEMA: FieldSchema = { type: 'object', schema: 'JSONSchemaProps' }

/** By the name that a field of type `any` has for it. */
export const schemaUnions: Readonly<Record<string, SchemaUnion>> = {
  JSONSchemaPropsOrArray: {
    schema: {
      id: `${PACKAGE}.JSONSchemaPropsOrArray`,
      fields: { schema: SCHEMA, schemas: { type: 'list', items: SCHEMA } },
    },
    fields: '1?schema 2?schemas',
    choose: ({ schema, schemas }) => schemas ?? schema ?? null,
  },
  JSONSchemaPropsOrBool: {
    schema: { id: `${PACKAGE}.JSONSchemaPropsOrBool`, fields: { allows: { type: 'boolean' }, schema: SCHEMA } },
    fields: '1?allows 2?schema',
    choose: ({ allows, schema }) => schema ?? allows ?? false,
  },
  JSONSchemaPropsOrStringArray: {
    schema: {
      id: `${PACKAGE}.JSONSchemaPropsOrStringArray`,
      fields: { schema: SCHEMA, strings: { type: 'list', items: { type: 'string' } } },
    },
    fields: '1?schema 2?strings',
    choose: ({ schema, strings }) => strings ?? schema ?? null,
  },
}
