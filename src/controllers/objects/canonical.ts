/** One text for all ways to write the same object, to compare and hash by: sorted keys; absent, null, empty list and
 *  empty map alike (typed clients such as kubectl write `resources: {}` where YAML has nothing); quantities by value.
 *  An empty label selector means "everything" and is kept apart from an absent one, which means "nothing". */
import { formatQuantity, parseQuantity } from '../../api/index.ts'

const QUANTITY_MAPS = new Set(['limits', 'requests'])
const QUANTITY_FIELDS = new Set(['sizeLimit', 'divisor'])

export function canonicalText(value: unknown): string {
  return JSON.stringify(canonical(value)) ?? 'null'
}

/** Whether two objects mean the same, however they are written. */
export function semanticallyEqual(left: unknown, right: unknown): boolean {
  return canonicalText(left) === canonicalText(right)
}

function canonical(value: unknown, key?: string): unknown {
  if (value === null || value === undefined) return undefined
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map((item) => canonical(item) ?? null)
  if (typeof value !== 'object') return key !== undefined && QUANTITY_FIELDS.has(key) ? canonicalQuantity(value) : value
  const result: Record<string, unknown> = {}
  for (const name of Object.keys(value).sort()) {
    const field = (value as Record<string, unknown>)[name]
    const kept = key !== undefined && QUANTITY_MAPS.has(key) ? canonicalQuantity(field) : canonical(field, name)
    if (kept !== undefined) result[name] = kept
  }
  return Object.keys(result).length === 0 && !key?.endsWith('elector') ? undefined : result
}

function canonicalQuantity(value: unknown): unknown {
  if (typeof value !== 'string' && typeof value !== 'number') return value
  try {
    return formatQuantity(parseQuantity(value))
  } catch {
    return value
  }
}
