export { OpenApi, type OpenApiDocument, type OpenApiOptions } from './openapi.ts'
