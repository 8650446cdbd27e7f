/** Answers of the API that are good for a while. Whoever asks for the same thing meanwhile gets the same answer. */
import type { Clock } from '../../../lib/index.ts'

export interface Answer<T> {
  value: T
  /** 0: not remembered. */
  goodForMs: number
}

export class RememberedAnswers<T> {
  readonly #clock: Clock
  readonly #most: number
  readonly #known = new Map<string, { value: T; untilMs: number }>()
  readonly #asked = new Map<string, Promise<T>>()

  /** `most`: of so many the oldest are forgotten. */
  constructor(clock: Clock, most: number) {
    this.#clock = clock
    this.#most = most
  }

  /** Rejects as `ask` does; a failure is not remembered. */
  async of(key: string, ask: () => Promise<Answer<T>>): Promise<T> {
    const known = this.#known.get(key)
    if (known !== undefined && this.#clock.now() < known.untilMs) return known.value
    const asked = this.#asked.get(key)
    if (asked !== undefined) return asked
    const asking = this.#ask(key, ask).finally(() => this.#asked.delete(key))
    this.#asked.set(key, asking)
    return asking
  }

  async #ask(key: string, ask: () => Promise<Answer<T>>): Promise<T> {
    const { value, goodForMs } = await ask()
    this.#known.delete(key)
    for (const oldest of this.#known.keys()) {
      if (this.#known.size < this.#most) break
      this.#known.delete(oldest)
    }
    if (goodForMs > 0) this.#known.set(key, { value, untilMs: this.#clock.now() + goodForMs })
    return value
  }
}
