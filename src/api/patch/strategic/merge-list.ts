/** Merging lists whose patch strategy is `merge`. Source: strategicpatch.mergeSlice. */
import { getOwn, isJsonObject, type JsonObject } from '../../decode/index.ts'
import { PATCH } from './directives.ts'
import {
  badDirective,
  badOrder,
  listMergeDirective,
  listOfLists,
  mixedElements,
  noDeclaredMergeKey,
  noMergeKey,
} from './errors.ts'
import { identityBy, orderElements } from './order.ts'

export interface ListRules {
  /** For errors. */
  field: string
  mergeKey: string | undefined
  /** Merges the patch of one element into the element. */
  mergeElement: (original: JsonObject, patch: JsonObject) => unknown
}

/** `order` is the content of `$setElementOrder`, where the patch has one. */
export function mergeList(
  original: readonly unknown[],
  patch: readonly unknown[],
  rules: ListRules,
  order?: readonly unknown[],
): unknown[] {
  if (original.length === 0 && patch.length === 0) return []
  if (!elementsAreMaps([...original, ...patch], rules.field)) {
    const merged = [...new Set([...original, ...patch])]
    return orderElements(merged, order ?? patch, original, identityBy(undefined))
  }
  const { mergeKey } = rules
  if (mergeKey === undefined) throw noDeclaredMergeKey(rules.field)
  const { base, edits } = obeyDirectives(original as JsonObject[], patch as JsonObject[], mergeKey)
  const merged = mergeElements(base, edits, mergeKey, rules.mergeElement)
  return orderElements(merged, order ?? edits, original, identityBy(mergeKey))
}

function elementsAreMaps(elements: readonly unknown[], field: string): boolean {
  if (elements.some(Array.isArray)) throw listOfLists()
  const maps = elements.filter(isJsonObject).length
  if (maps !== 0 && maps !== elements.length) throw mixedElements(field)
  return maps > 0
}

/** Takes out what elements with `$patch: delete` name; `$patch: replace` anywhere puts the patch in the list's place. */
function obeyDirectives(original: JsonObject[], patch: JsonObject[], mergeKey: string) {
  const edits: JsonObject[] = []
  const deleted = new Set<unknown>()
  let replace = false
  for (const element of patch) {
    const directive = getOwn(element, PATCH)
    if (directive === undefined) edits.push(element)
    else if (directive === 'replace') replace = true
    else if (directive === 'delete') {
      if (!Object.hasOwn(element, mergeKey)) throw noMergeKey(element, mergeKey)
      deleted.add(element[mergeKey])
    } else throw directive === 'merge' ? listMergeDirective() : badDirective(directive, element)
  }
  if (replace) return { base: edits, edits: [] }
  return { base: deleted.size === 0 ? original : original.filter((one) => !deleted.has(one[mergeKey])), edits }
}

function mergeElements(
  base: readonly JsonObject[],
  edits: readonly JsonObject[],
  mergeKey: string,
  mergeElement: ListRules['mergeElement'],
): unknown[] {
  const merged: unknown[] = [...base]
  // Of elements with the same key, the first is meant.
  const places = new Map<unknown, number>()
  for (const [at, element] of base.entries()) if (!places.has(element[mergeKey])) places.set(element[mergeKey], at)
  for (const edit of edits) {
    if (!Object.hasOwn(edit, mergeKey)) throw noMergeKey(edit, mergeKey)
    const at = places.get(edit[mergeKey])
    if (at === undefined) places.set(edit[mergeKey], merged.push(edit) - 1)
    else merged[at] = mergeElement(merged[at] as JsonObject, edit)
  }
  return merged
}

/** A patch that orders a list must name what it changes, in the order it gives.
 *  Source: strategicpatch.validatePatchWithSetOrderList. */
export function checkOrder(
  patch: readonly unknown[],
  order: readonly unknown[],
  mergeKey: string | undefined,
  field: string,
): void {
  if (patch.length === 0 || order.length === 0) return
  const identity = identityBy(mergeKey)
  const changed = patch.filter((element) => !(isJsonObject(element) && Object.hasOwn(element, PATCH)))
  let next = 0
  for (const element of order) if (next < changed.length && identity(element) === identity(changed[next])) next += 1
  if (next < changed.length) throw badOrder(field)
}
