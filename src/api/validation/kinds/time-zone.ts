/** Names of time zones. Source: kubernetes v1.34, pkg/apis/batch/validation (validateTimeZone), Go's time.LoadLocation. */
import { type FieldError, invalidValue } from '../field-error.ts'

const PART = /^[A-Za-z._0-9+-]{1,14}$/

export function validateTimeZone(zone: string | undefined, path: string): FieldError[] {
  if (zone === undefined) return []
  if (zone === '') return [invalidValue(path, zone, 'timeZone must be nil or non-empty string')]
  const isPart = (part: string) => PART.test(part) && part !== '.' && part !== '..' && !part.startsWith('-')
  if (!zone.split('/').every(isPart)) return [invalidValue(path, zone, `unknown time zone ${zone}`)]
  const why = 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones'
  const errors = zone.toLowerCase() === 'local' ? [invalidValue(path, zone, why)] : []
  const problem = timeZoneProblem(zone)
  return problem === undefined ? errors : [...errors, invalidValue(path, zone, problem)]
}

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
