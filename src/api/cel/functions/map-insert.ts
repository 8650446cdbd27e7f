/** What transformMap and transformMapEntry add entries with. Source: cel-go v0.26, ext/comprehensions.go. */
import { func, type Implementation, type Overload } from '../check/overload.ts'
import { mapOf, typeParam } from '../check/types.ts'
import { MAP_INSERT } from '../syntax/macros/transforms.ts'
import { KeyedMap } from '../values/collections.ts'
import { EvalError, isError, MapValue, noSuchOverload, type Value } from '../values/value.ts'
import { describeValue } from './describe-value.ts'

const K = typeParam('K')
const V = typeParam('V')
const MAP = mapOf(K, V)

/** The fold's own map is added to in place; nothing else sees it until the fold is done. */
function insert(map: KeyedMap, key: Value, value: Value): EvalError | undefined {
  if (map.find(key) !== undefined) return new EvalError(`insert failed: key ${describeValue(key)} already exists`)
  map.set(key, value)
  return undefined
}

const insertOne: Implementation = ([map, key = null, value = null]) =>
  map instanceof KeyedMap ? (insert(map, key, value) ?? map) : noSuchOverload()

const insertAll: Implementation = ([map, entries], { meter }) => {
  if (!(map instanceof KeyedMap) || !(entries instanceof MapValue)) return noSuchOverload()
  meter.work(entries.size)
  for (const key of entries.keys()) {
    const value = entries.find(key) ?? null
    const failure = isError(value) ? value : insert(map, key, value)
    if (failure !== undefined) return failure
  }
  return map
}

export const mapInsertFunctions: Record<string, readonly Overload[]> = {
  [MAP_INSERT]: [
    func(['@mapInsert_map_key_value', [MAP, K, V], MAP], insertOne),
    func(['@mapInsert_map_map', [MAP, MAP], MAP], insertAll),
  ],
}
