export {
  type ApiServer,
  type ApiServerOptions,
  type InProcessApiServer,
  type InProcessApiServerOptions,
  openApiServer,
  openInProcessApiServer,
} from './api-server.ts'
export type { AuditOptions } from './audit/audit.ts'
export { AuditPolicyError, readAuditPolicy } from './audit/read-policy.ts'
export { loadLazyParts } from './lazy-parts.ts'
export type { ComponentHealth, Components } from './server/component-health.ts'
