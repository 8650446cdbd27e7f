/** The suffixes of quantities: binary (`Ki`), decimal (`k`, `m`) and exponents (`e3`). */

export type QuantityFormat = 'BinarySI' | 'DecimalSI' | 'DecimalExponent'

export interface Suffix {
  format: QuantityFormat
  /** The suffix stands for `multiplier × 10^exponent`. */
  multiplier: bigint
  exponent: number
}

const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']
/** From 10^-9 up, in steps of a thousand. */
const DECIMAL = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E']

/** Undefined for what is no suffix. Exponents beyond any use are clamped, so that they cost nothing to work with. */
export function parseSuffix(text: string): Suffix | undefined {
  const decimal = DECIMAL.indexOf(text)
  if (decimal !== -1) return { format: 'DecimalSI', multiplier: 1n, exponent: decimal * 3 - 9 }
  const binary = BINARY.indexOf(text)
  if (binary > 0) return { format: 'BinarySI', multiplier: 1024n ** BigInt(binary), exponent: 0 }
  const exponent = /^[eE]([-+]?\d+)$/.exec(text)?.[1]
  if (exponent === undefined) return undefined
  const clamped = Math.max(-1000, Math.min(1000, Number(exponent)))
  return { format: 'DecimalExponent', multiplier: 1n, exponent: clamped }
}

/** `power` is of ten, a multiple of three; for `BinarySI` of two, a multiple of ten. */
export function suffixFor(format: QuantityFormat, power: number): string {
  if (format === 'BinarySI') return BINARY[power / 10] ?? ''
  if (format === 'DecimalSI') return DECIMAL[power / 3 + 3] ?? ''
  return power === 0 ? '' : `e${power}`
}
