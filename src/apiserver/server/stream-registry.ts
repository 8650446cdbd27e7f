/** The answers that last: watches and followed logs. Each ends when its caller goes or when the server stops. */
export class StreamRegistry {
  readonly #open = new Set<AbortController>()
  #stopped = false

  /** How many are open. */
  get count(): number {
    return this.#open.size
  }

  /** A signal for one stream, which ends when its caller goes or when what it is about is `retired`. Disposing it forgets
   *  the stream and aborts what still listens. */
  open(caller: AbortSignal, retired?: AbortSignal): { signal: AbortSignal } & Disposable {
    const controller = new AbortController()
    const end = () => {
      this.#open.delete(controller)
      controller.abort()
    }
    if (caller.aborted || retired?.aborted || this.#stopped) end()
    else {
      this.#open.add(controller)
      caller.addEventListener('abort', end, { once: true })
      retired?.addEventListener('abort', end, { once: true })
    }
    return {
      signal: controller.signal,
      [Symbol.dispose]: () => {
        caller.removeEventListener('abort', end)
        retired?.removeEventListener('abort', end)
        end()
      },
    }
  }

  /** Ends all streams, and those that are opened from now on. */
  stop(): void {
    this.#stopped = true
    for (const controller of this.#open) controller.abort()
    this.#open.clear()
  }
}
