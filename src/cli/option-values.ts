/** Reads option values: ports, counts, durations. What does not parse is bad use, named with what was expected. */
import { CliError } from './errors.ts'

type Value = string | boolean | undefined

const refuse = (option: string, value: Value, expected: string) =>
  CliError.of('badOptionValue', { option, value: String(value), expected })

/** A TCP port, 1 to 65535. */
export function parsePort(option: string, value: Value): number | undefined {
  return parseInteger(option, value, { minimum: 1, maximum: 65_535 })
}

export function parseInteger(
  option: string,
  value: Value,
  range: { minimum: number; maximum: number },
): number | undefined {
  if (value === undefined) return undefined
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : Number.NaN
  if (!(number >= range.minimum && number <= range.maximum))
    throw refuse(option, value, `${range.minimum}–${range.maximum}`)
  return number
}

const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** `90`, `90s`, `5m`, `1h30m`, `500ms` as milliseconds; a bare number is seconds. Longest: a day. */
export function parseDuration(option: string, value: Value): number | undefined {
  if (value === undefined) return undefined
  const text = String(value)
  const expected = '30s, 5m, 1h30m'
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$|^\d+$/.test(text)) throw refuse(option, value, expected)
  let ms = 0
  for (const [, number = '0', , unit = 's'] of text.matchAll(/(\d+(\.\d+)?)(ms|s|m|h)?/g))
    ms += Number(number) * (UNIT_MS[unit] ?? 1000)
  if (ms < 1 || ms > 86_400_000) throw refuse(option, value, expected)
  return ms
}

export function parseChoice<Choice extends string>(
  option: string,
  value: Value,
  choices: readonly Choice[],
): Choice | undefined {
  if (value === undefined) return undefined
  const found = choices.find((choice) => choice === value)
  if (found === undefined) throw refuse(option, value, choices.join(', '))
  return found
}
