/** A valid object, changed in one field at a time: left out, null, empty, of another type, negative, too long, twice. Pure. */
import { type FieldSchema, type ObjectSchema, schemaNamed } from '../../src/api/schema/index.ts'

export interface Mutation<T> {
  /** `spec.replicas = -1`, `spec.selector left out` */
  what: string
  object: T
}

type Path = readonly (string | number)[]
type Change = readonly [what: string, value: unknown]

/** In the place of a value: take the field away. */
const LEFT_OUT = Symbol('left out')
const LONG = 'a'.repeat(300)
/** A pod template is a pod's spec again: its parts are changed in pods, not in everything that makes some. */
const AGAIN = /(?:^|\.)template\.spec\.\w/
/** The server's own, or the same for every kind. */
const LEFT_ALONE = new Set(['apiVersion', 'kind', 'metadata', 'status'])

/** Every field that the schema knows is changed, whether it is there or not;
 *  of a list, its first element and the second. */
export function* mutationsOf<T extends object>(object: T, schema: ObjectSchema): Generator<Mutation<T>> {
  for (const [name, field] of Object.entries(schema.fields))
    if (!LEFT_ALONE.has(name)) yield* mutationsAt(object, [name], field)
}

/** The metadata of an object, which is the same for all kinds. */
export function* metadataMutations<T extends { metadata: object }>(object: T): Generator<Mutation<T>> {
  yield* mutationsAt(object, ['metadata'], { type: 'object', schema: 'ObjectMeta' })
}

function* mutationsAt<T extends object>(root: T, path: Path, field: FieldSchema): Generator<Mutation<T>> {
  const value = at(root, path)
  for (const [what, changed] of changesOf(value, field))
    yield { what: `${nameOf(path)} ${what}`, object: withValue(root, path, changed) as T }
  if (value === undefined || value === null || AGAIN.test(nameOf(path))) return
  for (const [step, inner] of partsOf(value, field)) yield* mutationsAt(root, [...path, step], inner)
}

function* partsOf(value: unknown, field: FieldSchema): Generator<readonly [string | number, FieldSchema]> {
  if (field.type === 'object' && field.schema !== undefined) yield* Object.entries(schemaNamed(field.schema).fields)
  else if (field.type === 'list' && field.items !== undefined && Array.isArray(value))
    for (const n of value.length > 2 && field.items.schema !== 'Volume' ? [0, 1] : value.keys()) yield [n, field.items]
  else if (field.type === 'map' && field.items !== undefined) {
    const [key] = Object.keys(value as object)
    if (key !== undefined) yield [key, field.items]
  }
}

function* changesOf(value: unknown, field: FieldSchema): Generator<Change> {
  if (value !== undefined) yield ['left out', LEFT_OUT]
  yield ['= null', null]
  for (const other of othersOf(value, field)) {
    const text = JSON.stringify(other)
    if (text !== JSON.stringify(value)) yield [`= ${text.length > 60 ? `${text.slice(0, 40)}…` : text}`, other]
  }
}

function othersOf(value: unknown, field: FieldSchema): readonly unknown[] {
  switch (field.type) {
    case 'string':
      return ['', 'Bad Value!', LONG, 'x', 7]
    case 'int32':
    case 'int64':
      return [-1, 0, 1, 2_147_483_647, 1.5, 'x']
    case 'boolean':
      return [true, false, 'x']
    case 'quantity':
      return ['-1', '0', '1m', 'x']
    case 'intOrString':
      return [-1, 0, 70_000, '', '10%', '150%', 'Bad Value!']
    case 'object':
      return [{}, 'x']
    case 'list':
      return [[], {}, ...(Array.isArray(value) && value.length > 0 ? [[value[0], value[0]]] : [emptyItems(field)])]
    case 'map':
      return [{}, 'x', { 'Bad Key!': first(value) ?? 'a' }, { [LONG]: first(value) ?? 'a' }]
    default:
      return ['', 'x', 7, {}]
  }
}

const emptyItems = ({ items }: FieldSchema) => (items?.type === 'object' ? [{}] : ['x', 'x'])
const first = (value: unknown) => (typeof value === 'object' && value !== null ? Object.values(value)[0] : undefined)
const nameOf = (path: Path) =>
  path.map((step, n) => (typeof step === 'number' ? `[${step}]` : n === 0 ? step : `.${step}`)).join('')

function at(value: unknown, [step, ...rest]: Path): unknown {
  if (step === undefined) return value
  return typeof value === 'object' && value !== null ? at((value as Record<string, unknown>)[step], rest) : undefined
}

function withValue(value: unknown, [step, ...rest]: Path, changed: unknown): unknown {
  if (step === undefined) return changed
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<string, unknown>
  const inner = withValue(copy[step], rest, changed)
  if (inner !== LEFT_OUT) copy[step] = inner
  else if (Array.isArray(copy)) copy.splice(step as number, 1)
  else delete copy[step]
  return copy
}
