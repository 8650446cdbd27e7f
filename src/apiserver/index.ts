export {
  type ApiServer,
  type ApiServerOptions,
  type InProcessApiServer,
  type InProcessApiServerOptions,
  openApiServer,
  openInProcessApiServer,
} from './api-server.ts'
export type { Attributes, Authorize, Decision } from './auth/authorize.ts'
export { CertificateError } from './certificates/errors.ts'
export type { KeyPair } from './certificates/issue.ts'
export type { Randomness } from './server/randomness.ts'
