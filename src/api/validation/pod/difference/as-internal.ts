/** Parts of a pod as Kubernetes' own types print them: all fields, in order, by their names in Go. */
import { INTERNAL_TYPES } from './internal-types.ts'

interface InternalField {
  name: string
  jsonName: string
  /** Of the value, or of a list's items. */
  kind: string
  isList: boolean
  isPointer: boolean
}

type JsonObject = Record<string, unknown>

const fieldsOf = new Map<string, readonly (InternalField | { included: string })[]>()

/** `type` is one of `INTERNAL_TYPES`; `value` is the part as JSON has it. */
export function asInternal(type: string, value: JsonObject): JsonObject {
  const printed: JsonObject = {}
  for (const field of fields(type)) {
    if ('included' in field) Object.assign(printed, included(field.included, value))
    else printed[field.name] = printedField(field, ownValue(value, field.jsonName))
  }
  return printed
}

/** Of a claim's template the metadata is included, which prints itself as it is in JSON. */
function included(type: string, value: JsonObject): JsonObject {
  return type === 'ObjectMeta' ? ((ownValue(value, 'metadata') ?? {}) as JsonObject) : asInternal(type, value)
}

const ownValue = (value: JsonObject, name: string): unknown => (Object.hasOwn(value, name) ? value[name] : undefined)

function printedField({ kind, isList, isPointer }: InternalField, value: unknown): unknown {
  if (isList) return Array.isArray(value) ? value.map((item) => printedValue(kind, item)) : null
  if (value === undefined || value === null) return isPointer ? null : zeroOf(kind)
  return printedValue(kind, value)
}

const ZEROS: Readonly<Record<string, unknown>> = { string: '', int: 0, bool: false, quantity: '0', map: null }

const zeroOf = (kind: string): unknown => (Object.hasOwn(ZEROS, kind) ? ZEROS[kind] : printedValue(kind, {}))

function printedValue(kind: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (kind === 'map') return sorted(value as JsonObject)
  if (kind === 'LabelSelector') {
    const { matchLabels, matchExpressions } = value as { matchLabels?: JsonObject; matchExpressions?: unknown }
    return {
      ...(matchLabels && { matchLabels: sorted(matchLabels) }),
      ...(matchExpressions !== undefined && { matchExpressions }),
    }
  }
  return asInternal(kind, value as JsonObject)
}

const sorted = (map: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)))

function fields(type: string): readonly (InternalField | { included: string })[] {
  const known = fieldsOf.get(type)
  if (known !== undefined) return known
  const read = (INTERNAL_TYPES[type] ?? '').split(' ').filter(Boolean).map(readField)
  fieldsOf.set(type, read)
  return read
}

function readField(text: string): InternalField | { included: string } {
  if (text.startsWith('...')) return { included: text.slice(3) }
  const [names = '', kind = ''] = text.split(':')
  const [name = '', jsonName] = names.split('=')
  return {
    name,
    jsonName: jsonName ?? name.charAt(0).toLowerCase() + name.slice(1),
    kind: kind.replace(/^(\*|\[\])/, ''),
    isList: kind.startsWith('[]'),
    isPointer: kind.startsWith('*'),
  }
}
