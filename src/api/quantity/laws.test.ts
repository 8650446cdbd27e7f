/** Quantities against exact fractions, and against what a Kubernetes v1.34.2 API server made of the same texts
 *  (`golden/written.json`: amounts in `spec.hard` of a ResourceQuota, as sent and as answered). */
import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import written from './golden/written.json' with { type: 'json' }
import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  quantityMilli,
  quantityValue,
  writtenQuantity,
} from './quantity.ts'

test('lists of resources are written as the reference server writes them', () => {
  const ours = written.map(([text = '']) => [text, writtenQuantity(text, { inList: true })])
  expect(ours).toEqual(written)
})

/** In 10^-9: what is finer is rounded away from zero. */
type Nanos = bigint
const NANOS = 10n ** 9n
const SUFFIXES: Readonly<Record<string, [multiplier: bigint, divisor: bigint]>> = {
  n: [1n, NANOS],
  u: [1n, 10n ** 6n],
  m: [1n, 1000n],
  '': [1n, 1n],
  k: [1000n, 1n],
  M: [10n ** 6n, 1n],
  T: [10n ** 12n, 1n],
  Ki: [1024n, 1n],
  Mi: [1024n ** 2n, 1n],
  Ti: [1024n ** 4n, 1n],
  e3: [1000n, 1n],
  'E-2': [1n, 100n],
  e1: [10n, 1n],
}
const awayFromZero = (numerator: bigint, divisor: bigint): bigint =>
  numerator / divisor + (numerator % divisor === 0n ? 0n : numerator < 0n ? -1n : 1n)

const drawn = fc
  .tuple(
    fc.constantFrom('', '-', '+'),
    fc.bigInt({ min: 0n, max: 10n ** 6n }),
    fc.option(fc.stringMatching(/^\d{1,4}$/), { nil: '' }),
    fc.constantFrom(...Object.keys(SUFFIXES)),
  )
  .map(([sign, whole, fraction, suffix]): { text: string; nanos: Nanos } => {
    const [multiplier, divisor] = SUFFIXES[suffix] ?? [1n, 1n]
    const magnitude = BigInt(`${whole}${fraction}`) * multiplier * NANOS * (sign === '-' ? -1n : 1n)
    const nanos = awayFromZero(magnitude, divisor * 10n ** BigInt(fraction.length))
    return { text: `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}${suffix}`, nanos }
  })

const nanosOf = (text: string): Nanos => {
  const { digits, exponent } = parseQuantity(text)
  return digits * 10n ** BigInt(exponent + 9)
}

describe('a quantity', () => {
  it('is the amount that its text says, however it is written down', () => {
    fc.assert(
      fc.property(drawn, ({ text, nanos }) => {
        expect(nanosOf(text)).toBe(nanos)
        expect(nanosOf(formatQuantity(parseQuantity(text)))).toBe(nanos)
        expect(nanosOf(writtenQuantity(text))).toBe(nanos)
        expect(writtenQuantity(writtenQuantity(text))).toBe(writtenQuantity(text))
        const inList = writtenQuantity(text, { inList: true })
        expect(nanosOf(inList)).toBe(awayFromZero(nanos, 10n ** 6n) * 10n ** 6n)
        expect(writtenQuantity(inList, { inList: true })).toBe(inList)
      }),
    )
  })

  it('is ordered, added and taken away as amounts are', () => {
    fc.assert(
      fc.property(drawn, drawn, (a, b) => {
        const sign = a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0
        expect(compareQuantities(a.text, b.text)).toBe(sign)
        expect(nanosOf(formatQuantity(addQuantities(a.text, b.text)))).toBe(a.nanos + b.nanos)
        expect(nanosOf(formatQuantity(addQuantities(a.text, b.text, -1)))).toBe(a.nanos - b.nanos)
      }),
    )
  })

  it('is rounded up to whole units and thousandths', () => {
    fc.assert(
      fc.property(drawn, ({ text, nanos }) => {
        expect(quantityValue(text)).toBe(Number(awayFromZero(nanos, NANOS)))
        expect(quantityMilli(text)).toBe(Number(awayFromZero(nanos, 10n ** 6n)))
      }),
    )
  })
})
