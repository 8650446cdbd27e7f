export { type ApiServer, type ApiServerOptions, openApiServer } from './api-server.ts'
