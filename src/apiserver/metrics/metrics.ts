/** `/metrics`: what the server did. Requests are counted here; the library that words the rest is loaded when somebody
 *  asks. */
import type { Registry } from 'prom-client'
import type { MeasuredParts } from './open-registry.ts'
import { type RequestLabels, RequestTally } from './request-tally.ts'

export class ApiMetrics {
  readonly #parts: MeasuredParts
  readonly #requests = new RequestTally()
  /** Requests in flight, by kind. */
  readonly #current = { mutating: 0, readOnly: 0 }
  #registry: Promise<Registry> | undefined

  constructor(parts: MeasuredParts) {
    this.#parts = parts
  }

  /** A request has come in; to be called with its answer's code. */
  begin(labels: RequestLabels, nowMs: () => number): (code: number) => void {
    const startMs = nowMs()
    const kind = READ_VERBS.has(labels.verb) ? 'readOnly' : 'mutating'
    this.#current[kind]++
    return (code) => {
      this.#current[kind]--
      const lasting = labels.verb === 'WATCH' || labels.verb === 'CONNECT'
      this.#requests.add(labels, code, lasting ? undefined : Math.max(0, nowMs() - startMs) / 1000)
    }
  }

  /** In Prometheus' text format. */
  async text(): Promise<{ type: string; text: string }> {
    const registry = await (this.#registry ??= this.#openRegistry())
    return { type: registry.contentType, text: `${this.#requests.text()}\n${await registry.metrics()}` }
  }

  async #openRegistry(): Promise<Registry> {
    const { openRegistry } = await import('./open-registry.ts')
    return openRegistry(this.#current, this.#parts)
  }
}

const READ_VERBS = new Set(['GET', 'LIST', 'WATCH'])
