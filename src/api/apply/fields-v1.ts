/** `fieldsV1` in Kubernetes' canonical order, and from what a client sent. Also the paths of a set, in the order in
 *  which messages list them. Source: structured-merge-diff v6, fieldpath/serialize.go. */
import { isJsonObject } from '../decode/index.ts'
import { type FieldSet, isMember, LEAF, type MutableFieldSet, union } from './field-set.ts'
import { canonicalElement, compareElements, elementText, sortElements } from './path-element.ts'

/** The same set with its elements in order; the set itself if they are. */
export function inOrder(set: FieldSet): FieldSet {
  const elements = Object.keys(set)
  let sorted = true
  for (let i = 1; i < elements.length && sorted; i++)
    sorted = compareElements(elements[i - 1] as string, elements[i] as string) < 0
  if (!sorted) sortElements(elements)
  let result: MutableFieldSet | undefined = sorted ? undefined : {}
  for (const element of elements) {
    const node = set[element] as FieldSet
    const ordered = node === LEAF ? node : inOrder(node)
    if (result === undefined && ordered !== node) result = { ...set }
    if (result !== undefined) result[element] = ordered
  }
  return result ?? set
}

/** Checked and brought into canonical form. Steps of a kind not known are dropped. Throws Error. */
export function parseFieldsV1(value: unknown): FieldSet {
  if (value === null || value === undefined) return LEAF
  const node = inOrder(parseNode(value))
  if (!('.' in node)) return node
  const { '.': _, ...below } = node
  return below
}

function parseNode(value: unknown): FieldSet {
  if (value === null) return LEAF
  if (!isJsonObject(value)) throw new Error('expect { or n')
  const result: MutableFieldSet = {}
  let member = false
  for (const [text, inner] of Object.entries(value)) {
    if (text === '.') {
      member = true
      continue
    }
    const element = canonicalElement(text)
    if (element === undefined) continue
    const node = parseNode(inner)
    const before = result[element]
    result[element] = before === undefined ? node : unionOfNodes(before, node)
  }
  const empty = Object.keys(result).length === 0
  if (member && !empty) result['.'] = LEAF
  return empty ? LEAF : result
}

const unionOfNodes = (a: FieldSet, b: FieldSet): FieldSet => union({ e: a }, { e: b })['e'] as FieldSet

/** All members as messages write them, a level's own before those below: `.spec.containers[name="a"].image`. */
export function pathTexts(set: FieldSet, prefix = ''): string[] {
  const ordered = Object.keys(inOrder(set)).filter((element) => element !== '.')
  const own = ordered.filter((element) => isMember(set[element] as FieldSet))
  return [
    ...own.map((element) => prefix + elementText(element)),
    ...ordered.flatMap((element) => pathTexts(set[element] as FieldSet, prefix + elementText(element))),
  ]
}

/** All members as paths of elements. */
export function* pathsOf(set: FieldSet, prefix: readonly string[] = []): Generator<readonly string[]> {
  for (const element of Object.keys(set)) {
    if (element === '.') continue
    const path = [...prefix, element]
    const node = set[element] as FieldSet
    if (isMember(node)) yield path
    yield* pathsOf(node, path)
  }
}
