/** Dates, times and durations. Source: k8s.io/kube-openapi, pkg/validation/strfmt (date.go, time.go, duration.go) and
 *  Go's time.ParseDuration. */

export function isDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (match === null) return false
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number]
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return month >= 1 && month <= 12 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day && day >= 1
}

export function isDateTime(text: string): boolean {
  const [date = '', time] = text.toLowerCase().split('t')
  const match = /^([0-9]{2}):([0-9]{2}):([0-9]{2})(.[0-9]+)?(z|([+-][0-9]{2}:[0-9]{2}))$/.exec(time ?? '')
  if (!isDate(date) || match === null) return false
  const [, hours = '', minutes = '', seconds = ''] = match
  return hours <= '23' && minutes <= '59' && seconds <= '59'
}

const GO_DURATION = /^[-+]?(0|((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))+)$/
/** Names of units that may go on as they like: `seconds`. */
const LONG_UNITS = ['nano', 'micro', 'milli', 'sec', 'min', 'hour', 'day', 'week']
const SHORT_UNITS = new Set(['ns', 'us', 'µs', 'ms', 's', 'm', 'h', 'hr', 'd', 'w', 'wk'])

/** As Go writes durations, or somewhere in the text as Scala does: `22 ns`, `3 days`. */
export function isDuration(text: string): boolean {
  if (GO_DURATION.test(text)) return true
  // Bounded, so that a long text of digits is not gone through from each of them.
  for (const match of text.matchAll(/(?<!\d)\d{1,18}\s{0,100}([A-Za-zµ]+)/g)) {
    const unit = (match[1] ?? '').toLowerCase()
    if (SHORT_UNITS.has(unit) || LONG_UNITS.some((name) => unit.startsWith(name))) return true
  }
  return false
}
