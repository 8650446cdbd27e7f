export { APPLIED_ANNOTATION, DEPLOYED_AT_ANNOTATION } from './applied.ts'
export { ensureGateway, GATEWAY_CONTROLLER, GATEWAY_NAME, GATEWAY_NAMESPACE, type GatewayOptions } from './gateway.ts'
export { type AppsOptions, runApps } from './run-apps.ts'
