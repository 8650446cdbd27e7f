export {
  type ApiServer,
  type ApiServerOptions,
  type InProcessApiServer,
  type InProcessApiServerOptions,
  openApiServer,
  openInProcessApiServer,
} from './api-server.ts'
export { loadLazyParts } from './https/body-text.ts'
