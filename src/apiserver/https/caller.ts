/** Whether the one who asked is still there. */
export class Caller {
  #controller: AbortController | undefined
  #gone = false

  get gone(): boolean {
    return this.#gone
  }

  /** Aborts when the caller goes. Made for those who ask only: most requests are answered before anybody can go, and an
   *  AbortController costs as much as all of a small answer. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#gone) this.#controller.abort()
    return this.#controller.signal
  }

  readonly leave = (): void => {
    this.#gone = true
    this.#controller?.abort()
  }
}
