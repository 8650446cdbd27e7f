/** Sets of fields, kept in the very form that `fieldsV1` has, so that what is stored needs no decoding: each key is a
 *  path element, `{}` says that the element is a member, `"."` that it is a member besides those below it. Sets are
 *  never changed; an operation that changes nothing returns its first argument.
 *  Source: structured-merge-diff v6, fieldpath/set.go. */
import type { TypeNode } from './type-node.ts'

export interface FieldSet {
  readonly [element: string]: FieldSet
}

/** A set that is still being built. */
export interface MutableFieldSet {
  [element: string]: FieldSet
}

/** A member with nothing below it. */
export const LEAF: FieldSet = Object.freeze({})
export const EMPTY: FieldSet = Object.freeze({})

export function isEmpty(set: FieldSet): boolean {
  for (const _ in set) return false
  return true
}

/** Whether the element at which `node` hangs belongs to the set itself. */
export const isMember = (node: FieldSet): boolean => '.' in node || isEmpty(node)

export function hasBelow(node: FieldSet): boolean {
  for (const element in node) if (element !== '.') return true
  return false
}

/** The same elements below, and the element itself a member. */
export function asMember(node: FieldSet | undefined): FieldSet {
  return node === undefined || isMember(node) ? (node ?? LEAF) : { '.': LEAF, ...node }
}

/** Undefined when nothing is left of it. */
function nodeOf(member: boolean, below: FieldSet): FieldSet | undefined {
  if (isEmpty(below)) return member ? LEAF : undefined
  return member ? { '.': LEAF, ...below } : below
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || isEmpty(b)) return a
  if (isEmpty(a)) return b
  let result: MutableFieldSet | undefined
  for (const element in b) {
    const left = a[element]
    const right = b[element] as FieldSet
    const both = left === undefined ? right : unionNodes(left, right)
    if (both !== left) (result ??= { ...a })[element] = both
  }
  return result ?? a
}

function unionNodes(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b) return a
  if (isEmpty(b)) return asMember(a)
  if (isEmpty(a)) return asMember(b)
  return union(a, b)
}

/** What is a member of both. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  const result: MutableFieldSet = {}
  for (const element in a) {
    const right = element === '.' ? undefined : b[element]
    if (right === undefined) continue
    const left = a[element] as FieldSet
    const node = nodeOf(isMember(left) && isMember(right), intersection(left, right))
    if (node !== undefined) result[element] = node
  }
  return result
}

/** What is a member of `a` and not of `b`. Members below one that goes stay. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  return without(a, b, (left, right) => {
    if (isEmpty(left)) return isMember(right) ? undefined : left
    const below = difference(left, right)
    const member = '.' in left && !isMember(right)
    return below === left && member === '.' in left ? left : nodeOf(member, withoutSelf(below))
  })
}

/** As `difference`, but what is below a member of `b` goes with it. */
export function recursiveDifference(a: FieldSet, b: FieldSet): FieldSet {
  return without(a, b, (left, right) => {
    if (isMember(right)) return undefined
    if (isEmpty(left)) return left
    const below = recursiveDifference(left, right)
    return below === left ? left : nodeOf('.' in left, withoutSelf(below))
  })
}

type Remainder = (left: FieldSet, right: FieldSet) => FieldSet | undefined

function without(a: FieldSet, b: FieldSet, remainder: Remainder): FieldSet {
  let result: MutableFieldSet | undefined
  for (const element in b) {
    const left = element === '.' ? undefined : a[element]
    if (left === undefined) continue
    const rest = remainder(left, b[element] as FieldSet)
    if (rest === left) continue
    result ??= { ...a }
    if (rest === undefined) delete result[element]
    else result[element] = rest
  }
  return result ?? a
}

function withoutSelf(node: FieldSet): FieldSet {
  if (!('.' in node)) return node
  const { '.': _, ...below } = node
  return below
}

/** The set with all structs' fields on the way to a member made members: those are not listed in what is applied. */
export function withNamedFields(set: FieldSet, type: TypeNode | undefined): FieldSet {
  const result: MutableFieldSet = {}
  for (const element in set) {
    const node = set[element] as FieldSet
    if (isEmpty(node)) {
      result[element] = node
      continue
    }
    const kind = element.charCodeAt(0)
    if (kind === FIELD && type?.map !== undefined) {
      const field = type.map.fields.get(element.slice(2))
      const inner = withNamedFields(node, field?.type ?? type.map.rest)
      result[element] = field === undefined ? inner : asMember(inner)
    } else result[element] = withNamedFields(node, kind === KEY ? type?.list?.items : undefined)
  }
  return result
}

/** How the elements of fields and of keys begin. */
const FIELD = 102
const KEY = 107

/** Whether the path, given as elements, is a member. */
export function hasPath(set: FieldSet, path: readonly string[]): boolean {
  let node: FieldSet | undefined = set
  for (const element of path) {
    node = node[element]
    if (node === undefined) return false
  }
  return path.length > 0 && isMember(node)
}

/** The set whose only member is the path. */
export function setOfPath(path: readonly string[]): FieldSet {
  return path.reduceRight<FieldSet>((below, element) => ({ [element]: below }), LEAF)
}

export const setOfPaths = (...paths: readonly (readonly string[])[]): FieldSet =>
  paths.map((path) => setOfPath(path)).reduce(union, EMPTY)

export function sameSet(a: FieldSet, b: FieldSet): boolean {
  if (a === b) return true
  let size = 0
  for (const element in a) {
    const right = b[element]
    if (right === undefined || !sameSet(a[element] as FieldSet, right)) return false
    size++
  }
  for (const _ in b) size--
  return size === 0
}
