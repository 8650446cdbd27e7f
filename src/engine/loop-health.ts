/** How the loops are, for those who ask the API about them. */
import type { ComponentHealth } from '../apiserver/index.ts'
import type { LoopObserver } from '../lib/index.ts'

const NOT_STARTED: ComponentHealth = { healthy: false, message: 'it has not started yet' }

export class LoopHealth implements LoopObserver {
  readonly #loops = new Map<string, ComponentHealth>()

  runs(loop: string): void {
    this.#loops.set(loop, { healthy: true, message: 'ok' })
  }

  ended(loop: string, why: string): void {
    this.#loops.set(loop, { healthy: false, message: why })
  }

  of(loop: string): ComponentHealth {
    return this.#loops.get(loop) ?? NOT_STARTED
  }
}
