export { GATEWAY_NAME, GATEWAY_NAMESPACE } from './gateway.ts'
export { DEPLOYED_AT_ANNOTATION } from './release/wished-release.ts'
export { runApps } from './run-apps.ts'
