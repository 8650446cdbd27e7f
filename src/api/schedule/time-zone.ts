/** Names of time zones, as Go's time.LoadLocation knows them. */

/** Go's word on a zone that it does not know; `` and `Local` are this machine's. */
export function timeZoneProblem(zone: string): string | undefined {
  return zone === '' || zone === 'Local' || isKnown(zone) ? undefined : `unknown time zone ${zone}`
}

/** An offset such as `+01:00` is none, though JavaScript takes it for one; and names are files, so their case counts. */
function isKnown(zone: string): boolean {
  if (!/^[A-Za-z]/.test(zone)) return false
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions()
    return timeZone === zone || timeZone.toLowerCase() !== zone.toLowerCase()
  } catch {
    return false
  }
}
