/** Ages as kubectl shows them. Source: k8s.io/apimachinery v0.34, pkg/util/duration.HumanDuration. */

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const YEAR = 365 * DAY

/** How a duration is told: below `below`, in `unit`s, with what is left over in `rest`s. In seconds. */
const STEPS = [
  { below: 2 * MINUTE, unit: 1, sign: 's' },
  { below: 10 * MINUTE, unit: MINUTE, sign: 'm', rest: 1, restSign: 's' },
  { below: 3 * HOUR, unit: MINUTE, sign: 'm' },
  { below: 8 * HOUR, unit: HOUR, sign: 'h', rest: MINUTE, restSign: 'm' },
  { below: 2 * DAY, unit: HOUR, sign: 'h' },
  { below: 8 * DAY, unit: DAY, sign: 'd', rest: HOUR, restSign: 'h' },
  { below: 2 * YEAR, unit: DAY, sign: 'd' },
  { below: 8 * YEAR, unit: YEAR, sign: 'y', rest: DAY, restSign: 'd' },
  { below: Infinity, unit: YEAR, sign: 'y' },
]

/** `5m3s`, `2d`; `<invalid>` when it is more than a second in the future. */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000)
  if (seconds < -1 || Number.isNaN(seconds)) return '<invalid>'
  if (seconds < 0) return '0s'
  for (const { below, unit, sign, rest, restSign } of STEPS) {
    if (seconds >= below) continue
    const whole = `${Math.floor(seconds / unit)}${sign}`
    const left = rest === undefined ? 0 : Math.floor((seconds % unit) / rest)
    return left === 0 ? whole : `${whole}${left}${restSign}`
  }
  return '<invalid>'
}

/** How long ago a Kubernetes time was; `<unknown>` where there is none. */
export function since(time: string | undefined | null, now: number): string {
  return time ? humanDuration(now - Date.parse(time)) : '<unknown>'
}
