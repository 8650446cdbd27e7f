/** The keys of a strategic merge patch that are instructions, not data.
 *  Source: k8s.io/apimachinery v0.34, pkg/util/strategicpatch. */
import { isJsonObject, type JsonObject } from '../../decode/index.ts'
import { badPrimitiveList, badRetainKeys, badSetElementOrder } from './errors.ts'

/** In a map or a list element: `replace`, `delete` or `merge`. */
export const PATCH = '$patch'
/** In a map: the keys that stay; all others go. */
const RETAIN_KEYS = '$retainKeys'
/** `$deleteFromPrimitiveList/<field>`: the elements of a list of scalars to take out. */
const DELETE_FROM_LIST = '$deleteFromPrimitiveList'
/** `$setElementOrder/<field>`: the order of a merged list. */
const ORDER = '$setElementOrder'

/** The field of a `$setElementOrder/<field>` key; undefined for other keys. */
export const orderedField = (key: string): string | undefined => fieldOf(key, ORDER, badSetElementOrder)

/** The field of a `$deleteFromPrimitiveList/<field>` key; undefined for other keys. */
export const deletedFromField = (key: string): string | undefined => fieldOf(key, DELETE_FROM_LIST, badPrimitiveList)

function fieldOf(key: string, prefix: string, bad: () => Error): string | undefined {
  if (!key.startsWith(prefix)) return undefined
  if (key.charAt(prefix.length) !== '/' || key.length === prefix.length + 1) throw bad()
  return key.slice(prefix.length + 1)
}

/** Obeys and removes `$retainKeys`: keys of `original` that it does not name are dropped. */
export function retainKeys(original: JsonObject, patch: JsonObject): void {
  if (!Object.hasOwn(patch, RETAIN_KEYS)) return
  const list = patch[RETAIN_KEYS]
  delete patch[RETAIN_KEYS]
  if (!Array.isArray(list)) throw badRetainKeys()
  const retained = new Set<unknown>(list)
  for (const [key, value] of Object.entries(patch))
    if (value !== null && !key.startsWith(DELETE_FROM_LIST) && !key.startsWith(ORDER) && !retained.has(key))
      throw badRetainKeys()
  for (const key of Object.keys(original)) if (!retained.has(key)) delete original[key]
}

/** Nothing is there to merge with, so nulls have nothing to delete and directives nothing to act on. */
export function plainValue(value: unknown): { keep: boolean; value?: unknown } {
  if (Array.isArray(value)) {
    const kept = value.map(plainValue).filter((item) => item.keep)
    return { keep: true, value: kept.map((item) => item.value) }
  }
  if (!isJsonObject(value)) return { keep: true, value }
  if (Object.hasOwn(value, PATCH)) return { keep: false }
  for (const [key, inner] of Object.entries(value)) {
    const plain = inner === null ? { keep: false } : plainValue(inner)
    // Not assigned when unchanged: the key may be one that assignment treats specially.
    if (!plain.keep) delete value[key]
    else if (plain.value !== inner) value[key] = plain.value
  }
  return { keep: true, value }
}
