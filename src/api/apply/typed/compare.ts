/** What became of a value's fields from one state to the next. The walk visits only what differs.
 *  Source: structured-merge-diff v6, typed/compare.go. */
import type { JsonObject } from '../../decode/index.ts'
import { EMPTY, type FieldSet, LEAF, type MutableFieldSet } from '../field-set.ts'
import { fieldElement } from '../path-element.ts'
import { fieldType, type ListForm, type MapForm, type TypeNode } from '../type-node.ts'
import { formOf, isEmptyMap, listOrNone, mapOrNone, ownField, sameValue } from './form.ts'
import { itemElement } from './item-element.ts'

export interface Comparison {
  added: FieldSet
  modified: FieldSet
  removed: FieldSet
}

/** Of one level while it is walked; a set is there when it has a member. `self` is set when the value itself changed. */
interface Changes {
  added?: MutableFieldSet
  modified?: MutableFieldSet
  removed?: MutableFieldSet
  self?: boolean
}

/** Throws ItemError for an item that cannot be told apart. */
export function compare(type: TypeNode, before: JsonObject, after: JsonObject): Comparison {
  const changes: Changes = {}
  if (type.map !== undefined) compareFields(type.map, before, after, changes)
  return {
    added: changes.added ?? EMPTY,
    modified: changes.modified ?? EMPTY,
    removed: changes.removed ?? EMPTY,
  }
}

function compareFields(
  map: MapForm,
  before: JsonObject | undefined,
  after: JsonObject | undefined,
  out: Changes,
): void {
  if (after !== undefined)
    for (const name of Object.keys(after)) {
      const value = after[name]
      if (value === undefined) continue
      const old = ownField(before, name)
      if (old === value) continue
      const type = fieldType(map, name)
      if (type === undefined) continue
      if (old === undefined) (out.added ??= {})[fieldElement(name)] = wholeOf(type, value)
      else compareBoth(type, old, value, fieldElement(name), out)
    }
  if (before === undefined) return
  for (const name of Object.keys(before)) {
    if (before[name] === undefined || ownField(after, name) !== undefined) continue
    const type = fieldType(map, name)
    if (type !== undefined) (out.removed ??= {})[fieldElement(name)] = wholeOf(type, before[name])
  }
}

/** Records the changes below and at `element` in `out`. */
function compareBoth(type: TypeNode, before: unknown, after: unknown, element: string, out: Changes): void {
  const left = formOf(type, before)
  const right = formOf(type, after)
  const changes: Changes = {}
  if (left !== right) compareAs(type, left, before, after, changes)
  compareAs(type, right, before, after, changes)
  if (changes.added !== undefined) (out.added ??= {})[element] = changes.added
  if (changes.removed !== undefined) (out.removed ??= {})[element] = changes.removed
  if (changes.self) (out.modified ??= {})[element] = LEAF
  else if (changes.modified !== undefined) (out.modified ??= {})[element] = changes.modified
}

function compareAs(type: TypeNode, form: string | undefined, before: unknown, after: unknown, out: Changes): void {
  if (form === 'map' && type.map !== undefined && !type.map.atomic) {
    const left = mapOrNone(before)
    const right = mapOrNone(after)
    if (!isEmptyMap(left) || !isEmptyMap(right)) {
      compareFields(type.map, left, right, out)
      return
    }
  } else if (form === 'list' && type.list !== undefined && !type.list.atomic) {
    const left = listOrNone(before) ?? []
    const right = listOrNone(after) ?? []
    if (left.length > 0 || right.length > 0) {
      compareItems(type.list, left, right, out)
      return
    }
  }
  if (!sameValue(before, after)) out.self = true
}

function compareItems(list: ListForm, before: readonly unknown[], after: readonly unknown[], out: Changes): void {
  // Most lists stay as they are; that is quicker seen than by their items' keys.
  if (sameValue(before, after)) return
  const left = itemsByElement(list, before)
  const right = itemsByElement(list, after)
  for (const [element, news] of right) {
    const olds = left.get(element) ?? []
    if (olds.length <= 1 && news.length <= 1) {
      if (olds.length === 0) (out.added ??= {})[element] = wholeOf(list.items, news[0])
      else if (olds[0] !== news[0]) compareBoth(list.items, olds[0], news[0], element, out)
    } else compareDuplicates(list, element, olds, news, out)
  }
  for (const [element, olds] of left) {
    if (right.has(element)) continue
    ;(out.removed ??= {})[element] = olds.length > 1 ? LEAF : wholeOf(list.items, olds[0])
  }
}

/** An item that is there more than once is one leaf. */
function compareDuplicates(
  list: ListForm,
  element: string,
  olds: readonly unknown[],
  news: readonly unknown[],
  out: Changes,
): void {
  if (olds.length > 1 && news.length > 1) {
    if (!sameValue(olds, news)) (out.modified ??= {})[element] = LEAF
  } else if (olds.length > 1) {
    ;(out.added ??= {})[element] = wholeOf(list.items, news[0])
    ;(out.removed ??= {})[element] = LEAF
  } else {
    if (olds.length === 1) (out.removed ??= {})[element] = wholeOf(list.items, olds[0])
    ;(out.added ??= {})[element] = LEAF
  }
}

function itemsByElement(list: ListForm, items: readonly unknown[]): Map<string, unknown[]> {
  const byElement = new Map<string, unknown[]>()
  for (const item of items) {
    const element = itemElement(list, item)
    const others = byElement.get(element)
    if (others === undefined) byElement.set(element, [item])
    else others.push(item)
  }
  return byElement
}

/** A value that came or went: itself and all fields below it. */
function wholeOf(type: TypeNode, value: unknown): FieldSet {
  if (typeof value !== 'object' || value === null) return LEAF
  const form = formOf(type, value)
  if (form === 'map' && type.map !== undefined && !type.map.atomic) return wholeMap(type.map, value as JsonObject)
  if (form === 'list' && type.list !== undefined && !type.list.atomic)
    return wholeList(type.list, listOrNone(value) ?? [])
  return LEAF
}

function wholeMap(map: MapForm, value: JsonObject): FieldSet {
  let result: MutableFieldSet | undefined
  for (const name of Object.keys(value)) {
    const type = value[name] === undefined ? undefined : fieldType(map, name)
    if (type !== undefined) (result ??= { '.': LEAF })[fieldElement(name)] = wholeOf(type, value[name])
  }
  return result ?? LEAF
}

function wholeList(list: ListForm, items: readonly unknown[]): FieldSet {
  if (items.length === 0) return LEAF
  const result: MutableFieldSet = { '.': LEAF }
  for (const item of items) {
    const element = itemElement(list, item)
    result[element] = element in result ? LEAF : wholeOf(list.items, item)
  }
  return result
}
