/** A configuration laid over a value: what it names is set, the rest stays.
 *  Source: structured-merge-diff v6, typed/merge.go. */
import { type JsonObject, setOwn } from '../../decode/index.ts'
import { fieldType, type ListForm, type MapForm, type TypeNode } from '../type-node.ts'
import { formOf, isEmptyMap, listOrNone, mapOrNone, ownField } from './form.ts'
import { itemElement } from './item-element.ts'

/** Both must be valid by `type`; only `live` may have duplicate items. Neither is changed, the result shares parts of
 *  them. Throws ItemError. */
export function merge(type: TypeNode, live: JsonObject, config: JsonObject): JsonObject {
  return type.map === undefined ? config : mergeFields(type.map, live, config)
}

function mergeValue(type: TypeNode, live: unknown, config: unknown): unknown {
  if (live === undefined) return config
  if (config === undefined) return live
  const form = formOf(type, config)
  if (form === 'map' && type.map !== undefined && !type.map.atomic) {
    const left = mapOrNone(live)
    const right = mapOrNone(config)
    return isEmptyMap(left) && isEmptyMap(right) ? config : mergeFields(type.map, left ?? {}, right ?? {})
  }
  if (form === 'list' && type.list !== undefined && !type.list.atomic) {
    const left = listOrNone(live) ?? []
    const right = listOrNone(config) ?? []
    return left.length === 0 && right.length === 0 ? config : mergeItems(type.list, left, right)
  }
  return config
}

function mergeFields(map: MapForm, live: JsonObject, config: JsonObject): JsonObject {
  const result: JsonObject = { ...live }
  for (const name of Object.keys(config)) {
    const type = fieldType(map, name)
    const value = type === undefined ? config[name] : mergeValue(type, ownField(live, name), config[name])
    if (value !== undefined) setOwn(result, name, value)
  }
  return result
}

interface Indexed {
  elements: readonly string[]
  /** An item that is there more than once has no one value. */
  byElement: ReadonlyMap<string, unknown>
}

/** The order is the configuration's for what it names; what only is in `live` keeps its place between its
 *  neighbours. */
function mergeItems(list: ListForm, live: readonly unknown[], config: readonly unknown[]): unknown[] {
  const left = index(list, live)
  const right = index(list, config)
  const shared = right.elements.filter((element) => left.byElement.has(element))
  const merged = new Set<string>()
  const result: unknown[] = []
  let next = 0 // of `shared`
  let l = 0
  let r = 0
  const takeConfig = (element: string) => {
    merged.add(element)
    result.push(mergeValue(list.items, left.byElement.get(element), right.byElement.get(element)))
    r++
  }
  while (l < left.elements.length || r < right.elements.length) {
    const ours = left.elements[l]
    const theirs = right.elements[r]
    if (ours !== undefined && theirs !== undefined) {
      if (ours === theirs) {
        takeConfig(ours)
        l++
        next++
        continue
      }
      // Shared, but its turn is later.
      if (right.byElement.has(ours) && next < shared.length && shared[next] !== ours) {
        l++
        continue
      }
    }
    if (ours !== undefined) {
      if (!right.byElement.has(ours)) {
        result.push(live[l])
        l++
        continue
      }
      if (merged.has(ours)) l++
    }
    if (theirs !== undefined) {
      takeConfig(theirs)
      if (shared[next] === theirs) next++
    }
  }
  return result
}

function index(list: ListForm, items: readonly unknown[]): Indexed {
  const byElement = new Map<string, unknown>()
  const elements = items.map((item) => {
    const element = itemElement(list, item)
    byElement.set(element, byElement.has(element) ? undefined : item)
    return element
  })
  return { elements, byElement }
}
