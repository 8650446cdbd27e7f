/** The one place where chance comes in. Tests pass their own. */
import { randomBytes, randomInt, randomUUID } from 'node:crypto'

export interface Randomness {
  uuid(): string
  /** A whole number from 0 up to, without, `bound`. */
  below(bound: number): number
  bytes(count: number): Uint8Array
}

export const systemRandomness: Randomness = {
  uuid: () => randomUUID(),
  below: (bound) => randomInt(bound),
  bytes: (count) => randomBytes(count),
}
