export { GATEWAY_NAME, GATEWAY_NAMESPACE } from './gateway.ts'
export { runApps } from './run-apps.ts'
