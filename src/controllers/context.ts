/** What every controller is given. */
import type { Client } from '../client/index.ts'
import type { Clock, Logger } from '../lib/index.ts'
import type { EventRecorder } from './events.ts'
import type { SharedInformers } from './shared-informers.ts'

export interface ControllerContext {
  /** Has the controller's own rights (src/apiserver/auth/rbac/bootstrap-policy). */
  client: Client
  clock: Clock
  logger: Logger
  /** Ends the controller; keys in hand are finished first. */
  signal: AbortSignal
  /** Uniform in [0, 1), for the names of generated objects. */
  random: () => number
  informers: SharedInformers
  events: EventRecorder
}
