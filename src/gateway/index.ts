export type { AccessRecord } from './access-log.ts'
export { type Gateway, type GatewayOptions, openGateway } from './gateway.ts'
export { type GatewayStatusOptions, runGatewayStatus } from './status/run-gateway-status.ts'
