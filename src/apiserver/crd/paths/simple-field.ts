/** Plain paths of fields (`.spec.replicas`), read and written. Source: k8s.io/apimachinery v0.34,
 *  pkg/apis/meta/v1/unstructured/helpers.go: the wording of what is in the way. */
import { getOwn, isJsonObject, type JsonObject, setOwn } from '../../../api/index.ts'
import { valueText } from './value-text.ts'

export type FieldRead = { ok: true; value: unknown } | { ok: false; error: string }

export const segmentsOf = (path: string): string[] => path.replace(/^\./, '').split('.')

/** Undefined when the field, or something on the way to it, is missing. */
export function readField(object: JsonObject, path: string): FieldRead {
  let value: unknown = object
  const walked: string[] = []
  for (const segment of segmentsOf(path)) {
    if (value === undefined || value === null) return { ok: true, value: undefined }
    if (!isJsonObject(value))
      return {
        ok: false,
        error: `.${walked.join('.')} accessor error: ${valueText(value)} is of the type ${goType(value)}, expected map[string]interface{}`,
      }
    value = getOwn(value, segment)
    walked.push(segment)
  }
  return { ok: true, value }
}

export function readInteger(object: JsonObject, path: string): { value: number | undefined; error?: string } {
  const read = readField(object, path)
  if (!read.ok) return { value: undefined, error: read.error }
  if (read.value === undefined) return { value: undefined }
  return Number.isInteger(read.value)
    ? { value: read.value as number }
    : { value: undefined, error: wrongType(path, read.value, 'int64') }
}

export function readText(object: JsonObject, path: string): { value: string | undefined; error?: string } {
  const read = readField(object, path)
  if (!read.ok) return { value: undefined, error: read.error }
  if (read.value === undefined || typeof read.value === 'string') return { value: read.value }
  return { value: undefined, error: wrongType(path, read.value, 'string') }
}

/** Makes what is missing on the way. */
export function writeField(object: JsonObject, path: string, value: unknown): void {
  const segments = segmentsOf(path)
  let target = object
  for (const segment of segments.slice(0, -1)) {
    const inner = getOwn(target, segment)
    const next: JsonObject = isJsonObject(inner) ? inner : {}
    if (next !== inner) setOwn(target, segment, next)
    target = next
  }
  setOwn(target, segments.at(-1) ?? '', value)
}

const wrongType = (path: string, value: unknown, wanted: string) =>
  `.${segmentsOf(path).join('.')} accessor error: ${valueText(value)} is of the type ${goType(value)}, expected ${wanted}`

function goType(value: unknown): string {
  if (value === null) return '<nil>'
  if (Array.isArray(value)) return '[]interface {}'
  if (typeof value === 'bigint') return 'int64'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64'
  return { string: 'string', boolean: 'bool', object: 'map[string]interface {}' }[typeof value as string] ?? 'unknown'
}
