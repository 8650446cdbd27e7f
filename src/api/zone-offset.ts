/** How far time zones are from UTC. Source: IANA's data, as ICU has it. */

/** Milliseconds that clocks of the zone are ahead of UTC at `utcMs`. */
export type ZoneOffset = (utcMs: number) => number

/** Of a zone by its IANA name; undefined: no such zone. */
export function zoneOffset(zone: string): ZoneOffset | undefined {
  if (zone === 'UTC' || zone === '') return () => 0
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset', era: 'short' })
  } catch {
    return undefined
  }
  return (utcMs) => {
    const name = format.formatToParts(utcMs).find(({ type }) => type === 'timeZoneName')?.value ?? ''
    const [, sign, hours = 0, minutes = 0, seconds = 0] =
      /^GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(name) ?? []
    return (sign === '-' ? -1 : 1) * ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000
  }
}
