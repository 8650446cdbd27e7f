import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { isApiError } from '../status.ts'
import {
  compareQuantities,
  formatQuantity,
  parseQuantity,
  quantityMilli,
  quantityValue,
  roundQuantityUp,
} from './index.ts'

describe('canonical form', () => {
  test.each([
    ['0', '0'],
    ['0Gi', '0'],
    ['1.5', '1500m'],
    ['1.5Gi', '1536Mi'],
    ['0.5Ki', '512'],
    ['1000m', '1'],
    ['1000000', '1M'],
    ['1024Ki', '1Mi'],
    ['12e6', '12e6'],
    ['1e3', '1e3'],
    ['1500M', '1500M'],
    ['-1.5', '-1500m'],
    ['.5', '500m'],
    ['5.', '5'],
    ['+3', '3'],
    ['0.1n', '1n'],
    ['9999999999Ei', '9223372036854775807'],
    ['1E', '1E'],
    ['1e-3', '1e-3'],
  ])('%s is printed as %s', (text, canonical) => {
    expect(formatQuantity(parseQuantity(text))).toBe(canonical)
  })

  it('takes numbers too', () => expect(formatQuantity(parseQuantity(0.5))).toBe('500m'))
})

test.each(['', ' ', 'abc', '1.2.3', '1kk', '1Xi', '--1', '.', '1e', '0x10', '1 Gi', '9'.repeat(200)])(
  '%j is refused as no quantity',
  (text) => {
    const thrown = (() => {
      try {
        return parseQuantity(text)
      } catch (error) {
        return error
      }
    })()
    expect(isApiError(thrown, 'BadRequest')).toBe(true)
    expect((thrown as Error).message).toMatch(/^quantities must match the regular expression/)
  },
)

describe('as numbers', () => {
  test.each([
    ['1.5', 1500, 2],
    ['100m', 100, 1],
    ['1u', 1, 1],
    ['1.5Ki', 1_536_000, 1536],
    ['0', 0, 0],
  ])('%s is %d thousandths and %d whole, rounded up', (text, milli, value) => {
    expect([quantityMilli(text), quantityValue(text)]).toEqual([milli, value])
  })

  it('rounds finer amounts up to thousandths', () => expect(roundQuantityUp('0.1m', -3)).toBe('1m'))
})

const suffix = fc.constantFrom('', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'u', 'n')
const quantity = fc.tuple(fc.integer({ min: -1_000_000, max: 1_000_000 }), suffix).map(([n, s]) => `${n}${s}`)

it('prints a canonical form that is read back as the same amount, and is its own canonical form', () => {
  fc.assert(
    fc.property(quantity, (text) => {
      const canonical = formatQuantity(parseQuantity(text))
      expect(compareQuantities(text, canonical)).toBe(0)
      expect(formatQuantity(parseQuantity(canonical))).toBe(canonical)
    }),
  )
})

it('orders any two quantities one way', () => {
  fc.assert(
    fc.property(quantity, quantity, (a, b) => {
      expect(compareQuantities(a, b) + compareQuantities(b, a)).toBe(0)
      expect(Math.sign(quantityMilli(a) - quantityMilli(b)) * compareQuantities(a, b)).toBeGreaterThanOrEqual(0)
    }),
  )
})

it('never hangs or throws anything but a refusal, whatever the text', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[-+]?[0-9.]{1,30}[eE][-+]?[0-9]{1,30}$/)), (text) => {
      try {
        formatQuantity(parseQuantity(text))
      } catch (error) {
        expect(isApiError(error, 'BadRequest')).toBe(true)
      }
    }),
  )
})
