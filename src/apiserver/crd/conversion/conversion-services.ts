/** What a conversion may need of the server. */
import type { Randomness } from '../../server/randomness.ts'
import type { WebhookClient } from '../../webhook-client/index.ts'

export interface ConversionServices {
  webhooks: WebhookClient
  randomness: Randomness
}
