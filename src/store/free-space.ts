/** Refuses writes while there is still some disk left: a database that hits the end of its disk may not even be able to
 *  delete, and everything else on that disk fails with it. Reads go on. */
import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { StoreError } from './errors.ts'

const MEBIBYTE = 1024 * 1024
/** Below this much free space nothing is created or changed; what is deleted may use half of it. */
export const RESERVE_BYTES = 64 * MEBIBYTE
/** How many writes or milliseconds go by between two looks at the disk. */
const LOOK_EVERY_WRITES = 1000
const LOOK_EVERY_MS = 1000

export interface FreeSpaceOptions {
  /** The store's file. */
  path: string
  /** Free bytes on the disk of a folder. Default: asks the system. */
  freeBytes?: ((folder: string) => number) | undefined
  nowMs: () => number
}

export class FreeSpace {
  readonly #options: FreeSpaceOptions
  #free = Number.POSITIVE_INFINITY
  #writes = 0
  #nextLookMs = 0

  constructor(options: FreeSpaceOptions) {
    this.#options = options
  }

  /** Throws StoreError `full` when too little is left for a write of this kind. */
  check(verb: 'create' | 'update' | 'delete'): void {
    const { path, nowMs } = this.#options
    // A disk that was full is looked at again for every write: somebody may have made room.
    if (this.#free < RESERVE_BYTES || ++this.#writes >= LOOK_EVERY_WRITES || nowMs() >= this.#nextLookMs) this.#look()
    const needed = verb === 'delete' ? RESERVE_BYTES / 2 : RESERVE_BYTES
    if (this.#free >= needed) return
    throw new StoreError(
      'full',
      `only ${Math.floor(this.#free / MEBIBYTE)} MiB are free on the disk of ${path}, and ${needed / MEBIBYTE} MiB are ` +
        'kept in reserve; nothing was changed',
    )
  }

  #look(): void {
    const { path, nowMs, freeBytes = freeOnDisk } = this.#options
    this.#free = freeBytes(dirname(path))
    this.#writes = 0
    this.#nextLookMs = nowMs() + LOOK_EVERY_MS
  }
}

/** What this user may still write. A disk that cannot be asked counts as having room: the write will tell. */
function freeOnDisk(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
