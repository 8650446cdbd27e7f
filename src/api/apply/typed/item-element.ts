/** The path element of a list's item: its keys, or the item itself in a set.
 *  Source: structured-merge-diff v6, typed/helpers.go. */
import { isJsonObject } from '../../decode/index.ts'
import { keyElement, valueElement } from '../path-element.ts'
import type { ListForm } from '../type-node.ts'
import { ownField } from './form.ts'

/** An item that cannot be told apart from others. */
export class ItemError extends Error {
  override name = 'ItemError'
}

/** `list` must not be atomic. Throws ItemError. */
export function itemElement(list: ListForm, item: unknown): string {
  return list.keys.length > 0 ? keyedElement(list, item) : setElement(item)
}

/** As `itemElement`, for lists that are known to be sound: an item that is not gets an element of its own. */
export function itemElementOrNone(list: ListForm, item: unknown): string {
  try {
    return itemElement(list, item)
  } catch (error) {
    if (error instanceof ItemError) return 'k:{}'
    throw error
  }
}

function keyedElement(list: ListForm, item: unknown): string {
  if (item === null || item === undefined) throw new ItemError('associative list with keys may not have a null element')
  if (!isJsonObject(item)) throw new ItemError('associative list with keys may not have non-map elements')
  const keys: [string, unknown][] = []
  for (const name of list.keys) {
    const value = ownField(item, name) ?? list.items.map?.fields.get(name)?.default
    if (value !== undefined) keys.push([name, value])
  }
  if (keys.length > 0) return keyElement(keys)
  const names = list.keys.map((name) => JSON.stringify(name)).join(' ')
  throw new ItemError(
    `associative list with keys has an element that omits all key fields [${names}] (and doesn't have default values for any key fields)`,
  )
}

function setElement(item: unknown): string {
  if (item === null || item === undefined)
    throw new ItemError("associative list without keys has an element that's an explicit null")
  if (Array.isArray(item)) throw new ItemError('not supported: associative list with lists as elements')
  if (typeof item === 'object') throw new ItemError("associative list without keys has an element that's a map type")
  return valueElement(item)
}
