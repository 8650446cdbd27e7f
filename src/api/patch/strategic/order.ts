/** The order of a merged list: what the patch names stands in the patch's order, and what only the server has keeps
 *  its place relative to it. Source: strategicpatch.normalizeElementOrder. */
import { isJsonObject } from '../../decode/index.ts'

/** What tells an element from the others: itself, or the value of the merge key. */
export type Identity = (element: unknown) => unknown

export const identityBy =
  (mergeKey: string | undefined): Identity =>
  (element) =>
    mergeKey !== undefined && isJsonObject(element) ? element[mergeKey] : element

/** `order` names the elements that the patch puts in order; `live` is the list as it was. */
export function orderElements(
  merged: readonly unknown[],
  order: readonly unknown[],
  live: readonly unknown[],
  identity: Identity,
): unknown[] {
  const inPatch = positions(order, identity)
  const inLive = positions(live, identity)
  const place = (positions: Map<unknown, number>, element: unknown) => positions.get(identity(element)) ?? Infinity
  const named = merged.filter((element) => inPatch.has(identity(element)))
  const others = merged.filter((element) => !inPatch.has(identity(element)))
  named.sort((a, b) => place(inPatch, a) - place(inPatch, b) || 0)
  others.sort((a, b) => place(inLive, a) - place(inLive, b) || 0)

  const result: unknown[] = []
  let next = 0
  for (const element of named) {
    const at = inLive.get(identity(element)) ?? -1
    for (let other = others[next]; next < others.length && place(inLive, other) < at; other = others[next]) {
      result.push(other)
      next += 1
    }
    result.push(element)
  }
  return [...result, ...others.slice(next)]
}

function positions(list: readonly unknown[], identity: Identity): Map<unknown, number> {
  const result = new Map<unknown, number>()
  list.forEach((element, index) => {
    const key = identity(element)
    if (!result.has(key)) result.set(key, index)
  })
  return result
}
