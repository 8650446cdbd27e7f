export { decodeMetadata } from './decode-metadata.ts'
export { type DecodedObject, decodeObject, type FieldValidation } from './decode-object.ts'
export { jsonSyntaxProblem } from './json-syntax-problem.ts'
export { cloneJson, getOwn, isJsonObject, type JsonObject, jsonTypeName, setOwn } from './json-value.ts'
