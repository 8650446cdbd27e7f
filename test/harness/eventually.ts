/** What tests of loops that run by themselves expect. */
import { expect } from 'vitest'
import { isApiError } from '../../src/api/index.ts'

/** Waits, on the real clock, until expectations hold. */
export const eventually = (check: () => Promise<void>): PromiseLike<void> =>
  expect.poll(() => check().then(() => 'ok', String), { timeout: 10_000, interval: 10 }).toBe('ok')

/** That the object which is read is not there. */
export const expectGone = (reading: Promise<unknown>): Promise<void> =>
  expect(reading).rejects.toSatisfy((error) => isApiError(error, 'NotFound'))
