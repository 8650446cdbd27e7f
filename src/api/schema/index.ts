export { scalarIds } from '../generated/schemas.ts'
export { allSchemas, findSchema, schemaFor, schemaNamed } from './lookup.ts'
export type { FieldSchema, ObjectSchema, ScalarType } from './schema.ts'
export { shapeOf } from './shape.ts'
