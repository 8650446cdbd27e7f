/** JSON with a schema as values: the schema says what is an int, a timestamp, a set. Fields that it does not name are
 *  not seen. Source: k8s.io/apiserver v0.34, pkg/cel/common/valuesunstructured.go. */
import { isDeepStrictEqual } from 'node:util'
import { exactInteger, getOwn, isJsonObject, type JsonObject } from '../../decode/index.ts'
import { formatNamed } from '../../structural/formats/formats.ts'
import { opaqueType } from '../check/types.ts'
import { equal } from '../values/equality.ts'
import { Duration, parseTimestamp } from '../values/time.ts'
import {
  EvalError,
  isError,
  ListValue,
  MapValue,
  type Meter,
  noSuchOverload,
  OpaqueValue,
  type Result,
  type Value,
} from '../values/value.ts'
import { escapeName, unescapeName } from './escape.ts'
import { parseOpenApiDuration } from './openapi-duration.ts'
import type { CelSchema } from './schema.ts'

export function schemaValue(json: unknown, schema: CelSchema): Result {
  if (json === null || json === undefined) {
    return schema.nullable ? null : new EvalError('invalid data, got null for schema with nullable=false')
  }
  if (schema.intOrString) return intOrString(json)
  switch (schema.type) {
    case 'object':
      return isJsonObject(json)
        ? new SchemaObject(json, schema)
        : new EvalError('invalid data, expected a map for the provided schema with type=object')
    case 'array':
      return arrayValue(json, schema)
    case 'string':
      return typeof json === 'string' ? stringValue(json, schema.format) : wrongType('string', json)
    case 'integer':
      return integer(json) ?? wrongType('int', json)
    case 'number':
      return typeof json === 'number' || typeof json === 'bigint' ? Number(json) : wrongType('float', json)
    case 'boolean':
      return typeof json === 'boolean' ? json : wrongType('bool', json)
    default:
      return schema.preserveUnknownFields ? new UnknownValue(json) : new EvalError('invalid type')
  }
}

const wrongType = (expected: string, json: unknown): EvalError =>
  new EvalError(`invalid data, expected ${expected}, got ${typeof json}`)

const integer = (json: unknown): bigint | undefined =>
  typeof json === 'bigint' ? json : Number.isInteger(json) ? BigInt(json as number) : undefined

function intOrString(json: unknown): Result {
  if (typeof json === 'string') return json
  return integer(json) ?? new EvalError('invalid data, expected XIntOrString value to be either a string or integer')
}

function stringValue(text: string, format: string): Result {
  switch (format) {
    case 'duration': {
      const nanos = parseOpenApiDuration(text)
      return nanos === undefined ? new EvalError(`Invalid duration ${text}`) : new Duration(nanos)
    }
    case 'date':
      return parseTimestamp(`${text}T00:00:00Z`) ?? new EvalError(`Invalid date formatted string ${text}`)
    case 'date-time':
      return parseTimestamp(text.toUpperCase()) ?? new EvalError(`Invalid date-time formatted string ${text}`)
    case 'byte':
      return formatNamed('byte')?.check(text) === false && text !== ''
        ? new EvalError(`Invalid byte formatted string ${text}`)
        : Buffer.from(text, 'base64')
    default:
      return text
  }
}

function arrayValue(json: unknown, schema: CelSchema): Result {
  if (!Array.isArray(json))
    return new EvalError('invalid data, expected an array for the provided schema with type=array')
  if (schema.items === undefined) return new EvalError('invalid array type, expected Items with a non-empty Schema')
  if (schema.listType === 'map') return new KeyedList(json, schema.items, schema.listMapKeys)
  return schema.listType === 'set' ? new SetList(json, schema.items) : new SchemaList(json, schema.items)
}

/** Kept as it is, and only good for telling whether it has changed. */
class UnknownValue extends OpaqueValue {
  readonly type = opaqueType('unknown')
  readonly json: unknown
  constructor(json: unknown) {
    super()
    this.json = json
  }
  equals(other: OpaqueValue): boolean {
    return other instanceof UnknownValue && isDeepStrictEqual(this.json, other.json)
  }
}

class SchemaList extends ListValue {
  readonly json: readonly unknown[]
  readonly items: CelSchema
  constructor(json: readonly unknown[], items: CelSchema) {
    super()
    this.json = json
    this.items = items
  }
  get size(): number {
    return this.json.length
  }
  get(index: number): Result {
    return schemaValue(this.json[index], this.items)
  }
}

/** Where order does not matter. Elements are scalars. */
class SetList extends SchemaList {
  override equalTo(other: ListValue): boolean | EvalError {
    if (other.size !== this.size) return false
    const own = new Set(this.json)
    for (let index = 0; index < other.size; index++) {
      const element = other instanceof SchemaList ? other.json[index] : plain(other.get(index))
      if (!own.has(element)) return false
    }
    return true
  }
  /** What is there already is not added. */
  override concat(other: ListValue, meter: Meter): Result {
    meter.work(this.size + other.size)
    const all = [...this.json]
    const own = new Set(all)
    for (let index = 0; index < other.size; index++) {
      const element = other instanceof SchemaList ? other.json[index] : plain(other.get(index))
      if (own.has(element)) continue
      own.add(element)
      all.push(element)
    }
    return new SetList(all, this.items)
  }
}

const plain = (value: Result): unknown => (typeof value === 'bigint' ? exactInteger(value) : value)

/** Where elements are told apart by some of their fields, and order does not matter. */
class KeyedList extends SchemaList {
  readonly keys: readonly string[]
  constructor(json: readonly unknown[], items: CelSchema, keys: readonly string[]) {
    super(json, items)
    this.keys = keys
  }
  #keyOf(element: unknown): string {
    return JSON.stringify(this.keys.map((key) => (isJsonObject(element) ? (getOwn(element, key) ?? null) : null)))
  }
  override equalTo(other: ListValue, meter: Meter): boolean | EvalError {
    if (other.size !== this.size) return false
    if (!(other instanceof SchemaList)) return noSuchOverload()
    meter.work(this.size)
    const own = new Map(this.json.map((element) => [this.#keyOf(element), element]))
    for (const [index, element] of other.json.entries()) {
      const counterpart = own.get(this.#keyOf(element))
      if (counterpart === undefined) return false
      const [left, right] = [schemaValue(counterpart, this.items), other.get(index)]
      const same = isError(left) ? left : isError(right) ? right : equal(left, right, meter)
      if (same !== true) return same
    }
    return true
  }
  /** Elements of `other` take the places of those with the same key; the rest is added. */
  override concat(other: ListValue, meter: Meter): Result {
    if (!(other instanceof SchemaList)) return noSuchOverload()
    meter.work(this.size + other.size)
    const all = new Map(this.json.map((element) => [this.#keyOf(element), element]))
    for (const element of other.json) all.set(this.#keyOf(element), element)
    return new KeyedList([...all.values()], this.items, this.keys)
  }
}

class SchemaObject extends MapValue {
  readonly json: JsonObject
  readonly schema: CelSchema
  readonly #named: boolean
  constructor(json: JsonObject, schema: CelSchema) {
    super()
    this.json = json
    this.schema = schema
    this.#named = schema.properties.size > 0
  }
  get size(): number {
    return Object.keys(this.json).length
  }
  #schemaOf(field: string): CelSchema | undefined {
    return this.#named ? this.schema.properties.get(field) : this.schema.additional
  }
  find(key: Value): Result | undefined {
    if (typeof key !== 'string') return noSuchOverload()
    const field = this.#named ? unescapeName(key) : key
    const value = field === undefined ? undefined : getOwn(this.json, field)
    if (field === undefined || value === undefined || (this.#named && value === null)) return undefined
    const schema = this.#schemaOf(field)
    return schema === undefined ? undefined : schemaValue(value, schema)
  }
  *keys(): Iterable<Value> {
    for (const field of Object.keys(this.json)) {
      if (this.#schemaOf(field) !== undefined) yield this.#named ? (escapeName(field) ?? field) : field
    }
  }
  override equalTo(other: MapValue, meter: Meter): boolean | EvalError {
    if (other.size !== this.size) return false
    for (const [field, value] of Object.entries(this.json)) {
      meter.work(1)
      const same =
        this.#schemaOf(field) === undefined ? this.#sameUnknown(field, value, other) : this.#same(field, other, meter)
      if (same !== true) return same
    }
    return true
  }
  #same(field: string, other: MapValue, meter: Meter): boolean | EvalError {
    const [left, right] = [this.find(field), other.find(field)]
    if (left === undefined || right === undefined) return left === right
    if (isError(left)) return left
    return isError(right) ? right : equal(left, right, meter)
  }
  #sameUnknown(field: string, value: unknown, other: MapValue): boolean | EvalError {
    if (!(other instanceof SchemaObject)) return noSuchOverload()
    const counterpart = getOwn(other.json, field)
    return counterpart === undefined || isDeepStrictEqual(value, counterpart)
  }
}
