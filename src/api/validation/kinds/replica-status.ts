/** Counts of replicas that a controller reports. Source: kubernetes v1.34, pkg/apis/{apps,core}/validation (Validate*Status). */
import { type FieldError, invalidValue } from '../field-error.ts'
import { nonNegative } from '../numbers.ts'

type Counts = Partial<Record<string, unknown>>

interface Bounds {
  /** Each is at least 0, in this order. */
  counts: readonly string[]
  /** Those of them that are at most `replicas`. */
  ofReplicas: readonly string[]
  /** What available ones are at most, as the error says it. */
  ready: 'readyReplicas' | 'status.readyReplicas'
}

/** `status` is as the API has it; fields of other types than numbers are not looked at. */
export function validateReplicaCounts(status: object | undefined, { counts, ofReplicas, ready }: Bounds): FieldError[] {
  const numbers = (status ?? {}) as Counts
  const count = (field: string) => (typeof numbers[field] === 'number' ? numbers[field] : 0)
  const errors = validateCounts(status, counts)
  for (const field of ofReplicas)
    if (count(field) > count('replicas'))
      errors.push(invalidValue(`status.${field}`, count(field), 'cannot be greater than status.replicas'))
  const available = count('availableReplicas')
  if (available > count('readyReplicas'))
    errors.push(invalidValue('status.availableReplicas', available, `cannot be greater than ${ready}`))
  return errors
}

export function validateCounts(status: object | undefined, counts: readonly string[]): FieldError[] {
  const numbers = (status ?? {}) as Counts
  return counts.flatMap((field) => nonNegative(numbers[field] as number | undefined, `status.${field}`))
}

interface Collisions {
  collisionCount?: number | undefined
}

export function validateCollisions(status: Collisions | undefined, old: Collisions | undefined): FieldError[] {
  const [now, before] = [status?.collisionCount ?? 0, old?.collisionCount]
  if (before === undefined || (status?.collisionCount !== undefined && now >= before)) return []
  return [invalidValue('status.collisionCount', now, 'cannot be decremented')]
}
