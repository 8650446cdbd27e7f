/** Writes events without making the controller wait for them, and knows when all are written. */
import type { KubeObject } from '../api/index.ts'
import { type Client, recordEvent } from '../client/index.ts'
import type { Clock } from '../lib/index.ts'

export interface ControllerEvent {
  regarding: KubeObject
  type: 'Normal' | 'Warning'
  reason: string
  message: string
}

export type RecordEvent = (event: ControllerEvent) => void

export class EventRecorder implements AsyncDisposable {
  readonly #client: Client
  readonly #clock: Clock
  readonly #pending = new Set<Promise<unknown>>()

  constructor(options: { client: Client; clock: Clock }) {
    this.#client = options.client
    this.#clock = options.clock
  }

  /** A recorder that speaks for one controller. */
  for(component: string): RecordEvent {
    return (event) => {
      const written = recordEvent(this.#client, { clock: this.#clock, component, ...event })
      this.#pending.add(written)
      void written.finally(() => this.#pending.delete(written))
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#pending)
  }
}
