/** Names of time zones. Source: kubernetes v1.34, pkg/apis/batch/validation (validateTimeZone). */
import { timeZoneProblem } from '../../schedule/index.ts'
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
