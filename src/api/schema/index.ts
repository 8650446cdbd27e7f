export { scalarIds } from '../generated/schemas.ts'
export { allSchemas, findSchema, schemaFor, schemaNamed } from './lookup.ts'
export type { FieldSchema, ObjectSchema, ScalarType, SchemaSet } from './schema.ts'
