/** A value without some of its fields and items. What has nothing left becomes null.
 *  Source: structured-merge-diff v6, typed/remove.go. */
import { type JsonObject, setOwn } from '../../decode/index.ts'
import { EMPTY, type FieldSet, hasBelow, isEmpty, isMember } from '../field-set.ts'
import { fieldElement } from '../path-element.ts'
import { fieldType, type ListForm, type MapForm, type TypeNode } from '../type-node.ts'
import { formOf, listOrNone, mapOrNone } from './form.ts'
import { itemElementOrNone } from './item-element.ts'

/** The value is not changed; the result shares parts of it. */
export function removeFields(type: TypeNode, value: JsonObject, fields: FieldSet): JsonObject {
  if (type.map === undefined || isEmpty(fields)) return value
  return mapOrNone(removeFromMap(type.map, value, fields)) ?? {}
}

function removeFromValue(type: TypeNode | undefined, value: unknown, fields: FieldSet): unknown {
  const form = type === undefined ? undefined : formOf(type, value)
  if (form === 'map' && type?.map !== undefined) return removeFromMap(type.map, value, fields)
  if (form === 'list' && type?.list !== undefined) return removeFromList(type.list, value, fields)
  return value
}

function removeFromMap(map: MapForm, value: unknown, fields: FieldSet): unknown {
  const object = mapOrNone(value)
  if (object === undefined || map.atomic) return null
  const result: JsonObject = {}
  let size = 0
  for (const name of Object.keys(object)) {
    if (object[name] === undefined) continue
    const node = fields[fieldElement(name)]
    if (node !== undefined && isMember(node)) continue
    setOwn(result, name, below(fieldType(map, name), object[name], node))
    size++
  }
  return size > 0 ? result : null
}

function removeFromList(list: ListForm, value: unknown, fields: FieldSet): unknown {
  const items = listOrNone(value)
  if (items === undefined || list.atomic) return null
  const result: unknown[] = []
  for (const item of items) {
    const node = fields[itemElementOrNone(list, item)]
    if (node === undefined || !isMember(node)) result.push(below(list.items, item, node))
  }
  return result.length > 0 ? result : null
}

const below = (type: TypeNode | undefined, value: unknown, node: FieldSet | undefined): unknown =>
  node === undefined || !hasBelow(node) ? value : removeFromValue(type, value, node ?? EMPTY)
