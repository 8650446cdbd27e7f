/** The table in use, and a way to wait for the next one. */
import type { RoutingTable } from './table/table.ts'

export class TableSource {
  #current: RoutingTable | undefined
  #waiting = new Set<() => void>()

  constructor(table?: RoutingTable) {
    this.#current = table
  }

  /** Undefined until the API has been read for the first time. */
  get current(): RoutingTable | undefined {
    return this.#current
  }

  set(table: RoutingTable): void {
    this.#current = table
    const waiting = this.#waiting
    this.#waiting = new Set()
    for (const wake of waiting) wake()
  }

  /** Resolves when another table is set, after `ms`, or when `signal` aborts. */
  nextChange(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        this.#waiting.delete(done)
        signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      this.#waiting.add(done)
      signal.addEventListener('abort', done, { once: true })
      if (signal.aborted) done()
    })
  }
}
