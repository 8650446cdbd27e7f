/** The fields that a value sets: its leaves and the items of its lists. Duplicates of an item count as one leaf.
 *  Source: structured-merge-diff v6, typed/tofieldset.go. */
import { asMember, EMPTY, type FieldSet, LEAF, type MutableFieldSet } from '../field-set.ts'
import { fieldElement } from '../path-element.ts'
import { fieldType, type ListForm, type MapForm, type TypeNode } from '../type-node.ts'
import { formOf, listOrNone, mapOrNone, isEmptyMap } from './form.ts'
import { itemElementOrNone } from './item-element.ts'

/** `value` must be valid by `type`. */
export function fieldSetOf(type: TypeNode, value: unknown): FieldSet {
  return nodeOf(type, value) ?? EMPTY
}

/** Undefined: nothing of the value is listed, unless its parent lists it. */
function nodeOf(type: TypeNode, value: unknown): FieldSet | undefined {
  const form = formOf(type, value)
  if (form === 'map' && type.map !== undefined) return type.map.atomic ? LEAF : fieldsOf(type.map, value)
  if (form === 'list' && type.list !== undefined) return type.list.atomic ? LEAF : itemsOf(type.list, value)
  return LEAF
}

function fieldsOf(map: MapForm, value: unknown): FieldSet | undefined {
  const object = mapOrNone(value)
  if (object === undefined) return undefined
  let result: MutableFieldSet | undefined
  for (const name of Object.keys(object)) {
    const inner = object[name]
    const type = fieldType(map, name)
    if (inner === undefined || type === undefined) continue
    let node = nodeOf(type, inner)
    if (inner === null || isEmptyObject(inner) || !map.fields.has(name)) node = asMember(node)
    if (node !== undefined) (result ??= {})[fieldElement(name)] = node
  }
  return result
}

const isEmptyObject = (value: unknown): boolean => {
  const object = mapOrNone(value)
  return object !== undefined && isEmptyMap(object)
}

function itemsOf(list: ListForm, value: unknown): FieldSet | undefined {
  const items = listOrNone(value)
  if (items === undefined || items.length === 0) return undefined
  const result: MutableFieldSet = {}
  for (const item of items) {
    const element = itemElementOrNone(list, item)
    result[element] = element in result ? LEAF : asMember(nodeOf(list.items, item))
  }
  return result
}
