/** One priority level: so many requests at once, and the others wait in queues that take turns. A flow is dealt a hand of
 *  queues by its hash and waits in the shortest of them, so that one busy flow fills few of the queues that others use.
 *  Source: "API Priority and Fairness", Kubernetes v1.34 (shuffle sharding, queue length limit). */
import { createHash } from 'node:crypto'

export interface LevelLimits {
  /** Requests at once. */
  seats: number
  /** Absent: who finds no seat is refused. */
  queuing?: { queues: number; handSize: number; queueLengthLimit: number }
}

/** `run`: go ahead, and give the seat back. Else the request is refused for this reason. */
export type Admission = { run: true; done: () => void } | { run: false; reason: 'concurrency-limit' | 'queue-full' }

interface Waiting {
  admit(): void
  /** Where it waits; another one when the limits change. */
  queue: Waiting[]
}

export class PriorityLevel {
  #limits: LevelLimits
  #queues: Waiting[][]
  #running = 0
  #waiting = 0
  /** The queue whose turn it was last. */
  #turn = 0

  constructor(limits: LevelLimits) {
    this.#limits = limits
    this.#queues = emptyQueues(limits)
  }

  get running(): number {
    return this.#running
  }

  get waiting(): number {
    return this.#waiting
  }

  /** New limits for those that come from now on; who waits already keeps waiting. */
  limit(limits: LevelLimits): void {
    const old = this.#queues
    this.#limits = limits
    this.#queues = emptyQueues(limits)
    for (const [i, queue] of old.entries()) {
      const into = this.#queues[i % this.#queues.length] ?? []
      for (const waiting of queue) {
        waiting.queue = into
        into.push(waiting)
      }
    }
    this.#dispatch()
  }

  /** A seat if one is free and nobody waits; else a place in a queue, which `signal` gives up. Undefined: it was given up. */
  take(flow: string, signal: () => AbortSignal): Admission | Promise<Admission | undefined> {
    if (this.#running < this.#limits.seats && this.#waiting === 0) return this.#sit()
    const { queuing } = this.#limits
    if (queuing === undefined) return { run: false, reason: 'concurrency-limit' }
    const queue = this.#shortest(flow, queuing)
    if (queue.length >= queuing.queueLengthLimit) return { run: false, reason: 'queue-full' }
    return this.#wait(queue, signal())
  }

  #wait(queue: Waiting[], signal: AbortSignal): Promise<Admission | undefined> {
    return new Promise((resolve) => {
      const leave = () => {
        waiting.queue.splice(waiting.queue.indexOf(waiting), 1)
        this.#waiting--
        resolve(undefined)
      }
      const waiting: Waiting = {
        queue,
        admit: () => {
          signal.removeEventListener('abort', leave)
          this.#waiting--
          resolve(this.#sit())
        },
      }
      this.#waiting++
      queue.push(waiting)
      signal.addEventListener('abort', leave, { once: true })
      if (signal.aborted) {
        signal.removeEventListener('abort', leave)
        leave()
      }
    })
  }

  #sit(): Admission {
    this.#running++
    let seated = true
    const done = () => {
      if (!seated) return
      seated = false
      this.#running--
      this.#dispatch()
    }
    return { run: true, done }
  }

  /** Free seats go to the queues in turn. */
  #dispatch(): void {
    while (this.#running < this.#limits.seats && this.#waiting > 0) {
      for (let i = 0; i < this.#queues.length; i++) {
        this.#turn = (this.#turn + 1) % this.#queues.length
        const next = this.#queues[this.#turn]?.shift()
        if (next === undefined) continue
        next.admit()
        break
      }
    }
  }

  #shortest(flow: string, { handSize }: { handSize: number }): Waiting[] {
    const hand = deal(flow, this.#queues.length, handSize).map((i) => this.#queues[i] ?? [])
    return hand.reduce((shortest, queue) => (queue.length < shortest.length ? queue : shortest))
  }
}

const emptyQueues = ({ queuing }: LevelLimits): Waiting[][] =>
  Array.from({ length: queuing === undefined ? 1 : Math.max(1, queuing.queues) }, () => [])

/** `handSize` different queues out of `queues`, always the same for a flow. */
export function deal(flow: string, queues: number, handSize: number): number[] {
  const digest = createHash('sha256').update(flow).digest()
  const left = Array.from({ length: queues }, (_, i) => i)
  const size = Math.max(1, Math.min(handSize, queues))
  return Array.from({ length: size }, (_, i) => {
    const at = digest.readUInt32BE((i * 4) % 28) % left.length
    return left.splice(at, 1)[0] ?? 0
  })
}
