/** A pod whose node shuts down: it starts nothing more and is not ready, so that no Service leads to it. How far that
 *  has come, shared by who ends its containers and by who tells of it. */
export class Retirement {
  /** Its containers are being told to end; resolves when they have. */
  stopping: Promise<void> | undefined
  /** How the pod ends; undefined until its containers are told to. */
  end: 'forced' | 'own' | undefined
  readonly #waiting = new Set<() => void>()
  readonly #look: () => void

  /** `look` asks for the pod's status to be told anew. */
  constructor(look: () => void) {
    this.#look = look
  }

  /** Resolves when the API has the pod's status as it is from now on, or nothing is left of the pod. */
  told(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.add(resolve)
      this.#look()
    })
  }

  /** To be called before the status is taken; what it gives, when it is told. Who asks in between waits for the next. */
  beginTelling(): () => void {
    const waiting = [...this.#waiting]
    return () => {
      for (const resolve of waiting) {
        this.#waiting.delete(resolve)
        resolve()
      }
    }
  }
}
