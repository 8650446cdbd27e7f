export { DEPLOYED_AT_ANNOTATION } from './applied.ts'
export { GATEWAY_NAME, GATEWAY_NAMESPACE } from './gateway.ts'
export { runApps } from './run-apps.ts'
