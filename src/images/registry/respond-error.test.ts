import { describe, expect, it } from 'vitest'
import { DistributionError } from '../errors.ts'
import { toDistributionError } from './respond-error.ts'

describe('toDistributionError', () => {
  it.each(['ENOSPC', 'EDQUOT'])('says that the disk is full for %s', (code) => {
    const error = toDistributionError(Object.assign(new Error('write'), { code }))
    expect([error.status, error.message]).toEqual([507, expect.stringContaining('full')])
  })

  it('tells clients nothing of what it did not foresee', () => {
    const error = toDistributionError(new Error('secret path /x'))
    expect([error.status, error.code]).toEqual([500, 'UNKNOWN'])
    expect(error.message).not.toContain('secret')
  })

  it('leaves refusals as they are', () => {
    const refusal = new DistributionError('TAG_INVALID', 400, 'no')
    expect(toDistributionError(refusal)).toBe(refusal)
  })
})
