/** What is known of a variable before it has a value: its type, and how large it may be.
 *  Source: k8s.io/apiserver v0.34, pkg/cel/types.go. */
import type { ObjectFields } from '../check/environment.ts'
import { type CelType, listOf, mapOf, objectType, STRING } from '../check/types.ts'

export interface Declaration {
  type: CelType
  /** Elements of a list or map, or characters of a string, at most. 0 for what has no size. */
  maxElements: number
  /** Bytes that it takes in JSON at least. */
  minSize: number
  /** Of an object, by their names in expressions. */
  fields?: ReadonlyMap<string, Declaration>
  /** Of a map. */
  key?: Declaration
  /** Of a list or map. */
  element?: Declaration
  /** Of what is named as a field is, without being one. */
  unnamed?: Declaration
}

export const simple = (type: CelType, minSize = 1, maxElements = 0): Declaration => ({ type, minSize, maxElements })

export const listDeclaration = (element: Declaration, maxElements: number): Declaration => ({
  type: listOf(element.type),
  element,
  maxElements,
  minSize: 2,
})

export const mapDeclaration = (element: Declaration, maxElements: number): Declaration => ({
  type: mapOf(STRING, element.type),
  key: simple(STRING, 2),
  element,
  maxElements,
  minSize: 2,
})

export const objectDeclaration = (
  name: string,
  fields: ReadonlyMap<string, Declaration>,
  minSize = 2,
): Declaration => ({ type: objectType(name), fields, maxElements: 0, minSize })

/** Object types by name, of all that is within `declarations`. */
export function objectTypesOf(declarations: Iterable<Declaration>): Map<string, ObjectFields> {
  const found = new Map<string, ObjectFields>()
  const open = [...declarations]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.element !== undefined) open.push(next.element)
    const { fields } = next
    if (fields === undefined || found.has(next.type.name)) continue
    // Keywords can be written as they are: `self.namespace` is `self.__namespace__`.
    const fieldType = (name: string) => (fields.get(name) ?? fields.get(`__${name}__`))?.type
    found.set(next.type.name, { fieldType })
    open.push(...fields.values())
  }
  return found
}
