export type { AccessRecord } from './access-log.ts'
export { type Gateway, type GatewayOptions, openGateway } from './gateway.ts'
