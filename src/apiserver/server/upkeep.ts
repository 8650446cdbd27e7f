/** Work that is done again whenever something has changed: never twice at a time, and tried again when it failed. */
import { errorMessage } from '../../lib/index.ts'
import type { Backend } from './context.ts'

/** Between attempts when the work failed. */
const RETRY_MS = 1000

export interface UpkeepOptions {
  backend: Pick<Backend, 'clock' | 'logger'>
  /** Brings things up to date with what is stored. */
  work: () => Promise<void>
  /** What is logged when it fails. */
  failure: string
}

export class Upkeep implements AsyncDisposable {
  readonly #options: UpkeepOptions
  readonly #stop = new AbortController()
  #dirty = false
  #working: Promise<void> = Promise.resolve()

  constructor(options: UpkeepOptions) {
    this.#options = options
  }

  /** Something has changed. */
  kick(): void {
    this.#dirty = true
    this.#working = this.#working.then(() => this.#work())
  }

  /** Resolves when what was there to do when it was called is done, or has failed once. */
  settle(): Promise<void> {
    this.kick()
    return this.#working
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#working
  }

  async #work(): Promise<void> {
    const { backend, work, failure } = this.#options
    const { signal } = this.#stop
    while (this.#dirty && !signal.aborted) {
      this.#dirty = false
      try {
        await work()
      } catch (error) {
        if (signal.aborted) return
        backend.logger.warn({ error: errorMessage(error) }, failure)
        void backend.clock.sleep(RETRY_MS, signal).then(() => {
          if (!signal.aborted) this.kick()
        })
      }
    }
  }
}
