/** Waits, on the real clock, until expectations hold. */
import { expect } from 'vitest'

export const eventually = (check: () => Promise<void>): PromiseLike<void> =>
  expect.poll(() => check().then(() => 'ok', String), { timeout: 10_000, interval: 10 }).toBe('ok')
