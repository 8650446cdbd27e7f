/** JSON values as Go's `%v`, `%#v` and `%T` print them, for messages that show them. */
import { isJsonObject } from '../../decode/index.ts'

/** `%v` */
export function goFormat(value: unknown): string {
  if (value === null || value === undefined) return '<nil>'
  if (Array.isArray(value)) return `[${value.map(goFormat).join(' ')}]`
  if (!isJsonObject(value)) return typeof value === 'string' ? value : JSON.stringify(value)
  return `map[${sortedEntries(value)
    .map(([key, inner]) => `${key}:${goFormat(inner)}`)
    .join(' ')}]`
}

/** `%#v` */
export function goSyntax(value: unknown): string {
  if (value === null || value === undefined) return 'interface {}(nil)'
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`
  if (!isJsonObject(value)) return JSON.stringify(value)
  const fields = sortedEntries(value).map(([key, inner]) => `${JSON.stringify(key)}:${goSyntax(inner)}`)
  return `map[string]interface {}{${fields.join(', ')}}`
}

/** `%T` */
export function goType(value: unknown): string {
  if (value === null || value === undefined) return '<nil>'
  if (Array.isArray(value)) return '[]interface {}'
  if (typeof value === 'bigint') return 'int64'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64'
  if (typeof value === 'boolean') return 'bool'
  return typeof value === 'string' ? 'string' : 'map[string]interface {}'
}

const sortedEntries = (value: object): [string, unknown][] => Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
