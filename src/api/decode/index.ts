export { decodeMetadata } from './decode-metadata.ts'
export { type DecodedObject, decodeObject, type FieldValidation } from './decode-object.ts'
export { cloneJson, getOwn, isJsonObject, type JsonObject, setOwn } from './json-value.ts'
