/** JSON without a schema as values: whole numbers are ints. Looked into only as far as an expression does. */
import { getOwn, isJsonObject, type JsonObject } from '../../decode/index.ts'
import { EvalError, ListValue, MapValue, type Result, type Value } from '../values/value.ts'

export function jsonValue(json: unknown): Value {
  if (json === null || json === undefined) return null
  if (typeof json === 'number') return Number.isInteger(json) ? BigInt(json) : json
  if (typeof json === 'string' || typeof json === 'boolean' || typeof json === 'bigint') return json
  if (Array.isArray(json)) return new JsonList(json)
  return isJsonObject(json) ? new JsonMap(json) : null
}

export class JsonList extends ListValue {
  readonly json: readonly unknown[]
  constructor(json: readonly unknown[]) {
    super()
    this.json = json
  }
  get size(): number {
    return this.json.length
  }
  get(index: number): Value {
    return jsonValue(this.json[index])
  }
}

export class JsonMap extends MapValue {
  readonly json: JsonObject
  #size: number | undefined
  constructor(json: JsonObject) {
    super()
    this.json = json
  }
  get size(): number {
    this.#size ??= Object.keys(this.json).length
    return this.#size
  }
  find(key: Value): Result | undefined {
    if (typeof key !== 'string') return new EvalError(`unsupported key type: ${typeof key}`)
    const value = getOwn(this.json, key)
    return value === undefined ? undefined : jsonValue(value)
  }
  keys(): Iterable<Value> {
    return Object.keys(this.json)
  }
}
