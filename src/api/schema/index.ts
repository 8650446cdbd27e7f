export { allSchemas, schemaFor, schemaNamed } from './lookup.ts'
export type { FieldSchema, ObjectSchema, ScalarType, SchemaSet } from './schema.ts'
