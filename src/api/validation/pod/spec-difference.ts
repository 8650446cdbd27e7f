/** What of a pod's spec is another, for people. */
import type { EphemeralContainer, PodSpec } from '../../generated/types.ts'
import { sameValue } from '../immutable.ts'

export const specDifference = (old: PodSpec, now: PodSpec): string => changedFields({ ...old }, { ...now }, 'spec.')

export const containerDifference = (old: EphemeralContainer, now: EphemeralContainer): string =>
  changedFields({ ...old }, { ...now }, '')

function changedFields(old: Record<string, unknown>, now: Record<string, unknown>, prefix: string): string {
  const fields = Object.keys({ ...old, ...now }).filter((field) => !sameValue(old[field], now[field]))
  return `changed: ${fields.map((field) => `${prefix}${field}`).join(', ')}`
}
