/** Numbers as Go's strconv writes them. */

/** As short as tells it from all others, with an exponent where that is below -4, or not below `most`: 6 in
 *  `strconv.FormatFloat(value, 'g', -1, 64)`, 21 in `%v`. */
export function formatDouble(value: number, most = 6): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  if (Object.is(value, -0)) return '-0'
  const [digits = '0', exponent = '0'] = value.toExponential().split('e')
  const power = Number(exponent)
  if (power >= -4 && power < most) return plain(value, digits, power)
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}

function plain(value: number, digits: string, power: number): string {
  if (power >= 0)
    return BigInt(Math.trunc(value)) === 0n || String(value).includes('e') ? shift(digits, power) : String(value)
  return shift(digits, power)
}

/** Moves the point of `d.ddd` by `power` places. */
function shift(digits: string, power: number): string {
  const sign = digits.startsWith('-') ? '-' : ''
  const all = digits.replace('-', '').replace('.', '')
  if (power < 0) return `${sign}0.${'0'.repeat(-power - 1)}${all}`
  if (all.length <= power + 1) return sign + all.padEnd(power + 1, '0')
  return `${sign}${all.slice(0, power + 1)}.${all.slice(power + 1)}`
}
