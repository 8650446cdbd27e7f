/** What is remembered of each pod of the node between two looks, and how what is being done with it is cut short. */
import type { k8s } from '../../api/index.ts'
import { Retirement } from './retirement.ts'
import type { PodMemory } from './sync-pod.ts'

interface Work {
  memory: PodMemory
  /** Of the look that is being taken, or was taken last. */
  abort: AbortController | undefined
  hurry: AbortController | undefined
}

export class PodWorks {
  readonly #works = new Map<string, Work>()
  readonly #look: (uid: string) => void

  /** `look` asks for another look at a pod. */
  constructor(look: (uid: string) => void) {
    this.#look = look
  }

  /** A look begins: `signal` aborts when what is in hand is to be given up, `hurry` when grace is over. */
  begin(uid: string): { memory: PodMemory; signal: AbortSignal; hurry: AbortSignal } {
    const work = this.#of(uid)
    work.abort = new AbortController()
    work.hurry = new AbortController()
    return { memory: work.memory, signal: work.abort.signal, hurry: work.hurry.signal }
  }

  interrupt(uid: string): void {
    this.#works.get(uid)?.abort?.abort()
  }

  hurry(uid: string): void {
    this.#works.get(uid)?.hurry?.abort()
  }

  /** A pod that was never looked at has nothing that could be sent away. */
  evict(uid: string, evicted: NonNullable<PodMemory['evicted']>): void {
    const memory = this.#works.get(uid)?.memory
    if (memory === undefined || memory.evicted !== undefined) return
    memory.evicted = evicted
    this.#look(uid)
  }

  retire(uid: string): Retirement {
    const { memory, abort } = this.#of(uid)
    memory.retirement ??= new Retirement(() => this.#look(uid))
    abort?.abort()
    return memory.retirement
  }

  /** Of a pod that is gone. What it gives is to be called when nothing is left of it. */
  forget(uid: string): () => void {
    const tell = this.#works.get(uid)?.memory.retirement?.beginTelling()
    this.#works.delete(uid)
    return () => tell?.()
  }

  #of(uid: string): Work {
    const work = this.#works.get(uid) ?? { memory: { waiting: new Map() }, abort: undefined, hurry: undefined }
    this.#works.set(uid, work)
    return work
  }
}

export const uidOf = ({ metadata }: k8s.Pod): string => metadata.uid ?? ''
