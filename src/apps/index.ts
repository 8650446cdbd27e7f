export { GATEWAY_NAME, GATEWAY_NAMESPACE } from './gateway.ts'
export { taskTemplate } from './objects/pod-template.ts'
export { runApps } from './run-apps.ts'
