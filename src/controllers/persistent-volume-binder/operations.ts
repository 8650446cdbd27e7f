/** Work on storage that may take long, beside the binding of other volumes: one at a time for each volume. */
export class Operations {
  readonly #running = new Map<string, Promise<void>>()
  readonly #failed: (volume: string, error: unknown) => void

  constructor(options: { failed: (volume: string, error: unknown) => void }) {
    this.#failed = options.failed
  }

  /** Does nothing where there is work on the volume already. */
  start(volume: string, work: () => Promise<void>): void {
    if (this.#running.has(volume)) return
    const running = work()
      .catch((error: unknown) => this.#failed(volume, error))
      .finally(() => this.#running.delete(volume))
    this.#running.set(volume, running)
  }

  async drain(): Promise<void> {
    await Promise.all(this.#running.values())
  }
}
