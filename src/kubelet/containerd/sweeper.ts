/** Takes back what was made for a sandbox and is nobody's: whoever made it was killed before anything told of the
 *  sandbox. */
import type { StartsUnderWay } from './starts-under-way.ts'

/** Things of one sort, by a name that is never given twice. */
export interface Belongings {
  list(): Promise<string[]>
  /** Names of those that belong to a sandbox of the runtime's. */
  known(): Promise<ReadonlySet<string>>
  /** Idempotent. */
  release(name: string): Promise<void>
}

/** A thing that no sandbox is known for may be of a sandbox that is just being made. So it goes only when it is nobody's
 *  twice, and every start that was under way at the first look has ended by the second: with success, and the sandbox
 *  is known; without, and nobody else will take the thing back. */
export class Sweeper {
  readonly #belongings: Belongings
  readonly #starts: StartsUnderWay
  #suspects = new Set<string>()
  #awaited: ReadonlySet<object> = new Set()

  constructor(belongings: Belongings, starts: StartsUnderWay) {
    this.#belongings = belongings
    this.#starts = starts
  }

  /** Resolves to what is released with this look. Throws what listing throws, and AggregateError with what could not be
   *  released; that is tried again at the next look. */
  async look(): Promise<string[]> {
    if (this.#starts.someOf(this.#awaited)) return []
    const there = await this.#belongings.list()
    // After the list: whose thing was seen has begun by now.
    const awaited = this.#starts.now()
    const known = there.length === 0 ? new Set<string>() : await this.#belongings.known()
    const strays = there.filter((name) => !known.has(name))
    const nobodys = strays.filter((name) => this.#suspects.has(name))
    this.#suspects = new Set(strays)
    this.#awaited = awaited
    const failures: unknown[] = []
    for (const name of nobodys) await this.#belongings.release(name).catch((error: unknown) => failures.push(error))
    if (failures.length > 0)
      throw new AggregateError(failures, 'not everything of killed sandboxes could be taken back')
    return nobodys
  }
}
