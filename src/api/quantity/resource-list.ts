/** Arithmetic on lists of resources: amounts by name, as in `requests` and in the status of a quota. Missing is zero.
 *  Source: k8s.io/apiserver v0.34, pkg/quota/v1 (resources.go). */
import { addQuantities, compareQuantities, formatQuantity } from './quantity.ts'

export type ResourceList = Readonly<Record<string, string | number>>

const amount = (list: ResourceList, name: string): string | number =>
  Object.hasOwn(list, name) ? (list[name] ?? 0) : 0

const namesOf = (...lists: readonly ResourceList[]): string[] => [
  ...new Set(lists.flatMap((list) => Object.keys(list))),
]

const combine = (
  lists: readonly [ResourceList, ResourceList],
  value: (a: string | number, b: string | number) => string | number,
): Record<string, string> =>
  Object.fromEntries(
    namesOf(...lists).map((name) => [name, String(value(amount(lists[0], name), amount(lists[1], name)))]),
  )

export const addLists = (a: ResourceList, b: ResourceList): Record<string, string> =>
  combine([a, b], (left, right) => formatQuantity(addQuantities(left, right)))

/** Never below zero. */
export const subtractLists = (a: ResourceList, b: ResourceList): Record<string, string> =>
  combine([a, b], (left, right) =>
    compareQuantities(left, right) <= 0 ? '0' : formatQuantity(addQuantities(left, right, -1)),
  )

export const maxLists = (a: ResourceList, b: ResourceList): Record<string, string> =>
  combine([a, b], (left, right) => (compareQuantities(left, right) >= 0 ? left : right))

/** What of `list` has one of these names. */
export const maskList = (list: ResourceList, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (Object.hasOwn(list, name) ? [[name, String(list[name])]] : [])))

/** The same names with the same amounts, however they are written. */
export function listsEqual(a: ResourceList, b: ResourceList): boolean {
  const names = Object.keys(a)
  if (names.length !== Object.keys(b).length) return false
  return names.every((name) => Object.hasOwn(b, name) && compareQuantities(amount(a, name), amount(b, name)) === 0)
}
