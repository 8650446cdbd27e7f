export { findService } from './find-service.ts'
export { openWebhookClient, type WebhookCall, type WebhookClient } from './open-webhook-client.ts'
export { type Address, resolveService } from './resolve-service.ts'
export type { WebhookConfig, WebhookService } from './webhook-config.ts'
