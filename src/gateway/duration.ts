/** Gateway API durations, such as `10s`, `1m30s`, `500ms`. Source: GEP-2257. */

const UNIT_MS: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 }

/** Milliseconds; undefined for no or an invalid duration, and for zero, which means "no limit". */
export function parseDuration(text: string | undefined): number | undefined {
  if (text === undefined || !/^([0-9]{1,5}(h|m|s|ms)){1,4}$/.test(text)) return undefined
  let total = 0
  for (const [, amount, unit] of text.matchAll(/([0-9]+)(ms|h|m|s)/g))
    total += Number(amount) * (UNIT_MS[unit ?? ''] ?? 0)
  return total === 0 ? undefined : total
}
