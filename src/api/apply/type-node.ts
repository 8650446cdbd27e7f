/** The shape of a value as server-side apply sees it: what is one piece, what is merged field by field or element by
 *  element. A node may allow several forms (`x-kubernetes-int-or-string`, free-form values). Made by adapters, one for
 *  each kind of schema. Source: sigs.k8s.io/structured-merge-diff v6, schema/elements.go. */

export interface TypeNode {
  scalar?: ScalarForm
  list?: ListForm
  map?: MapForm
}

/** `untyped` takes any string, number or boolean. */
export type ScalarForm = 'string' | 'number' | 'boolean' | 'untyped'

export interface ListForm {
  /** Owned and replaced as a whole. */
  atomic: boolean
  /** What tells the elements apart, sorted; none: the elements are scalars that tell themselves apart (a set). */
  keys: readonly string[]
  items: TypeNode
}

/** Structs and maps alike. */
export interface MapForm {
  atomic: boolean
  fields: ReadonlyMap<string, FieldNode>
  /** Of the fields that are not named; undefined: there are none. */
  rest: TypeNode | undefined
}

export interface FieldNode {
  type: TypeNode
  /** Stands for the field where it is the key of a list and left out. */
  default?: unknown
  /** What the field is in an object with nothing in it: Go writes structs, and what may not be left out. */
  zero?: unknown
}

export const NO_FIELDS: ReadonlyMap<string, FieldNode> = new Map()

/** Free form, replaced as a whole. */
export const ATOMIC_ANY: TypeNode = anyForm(undefined)

/** Free form, objects merged field by field. */
export const DEDUCED_ANY: TypeNode = anyForm(ATOMIC_ANY)

function anyForm(listItems: TypeNode | undefined): TypeNode {
  const node: TypeNode = { scalar: 'untyped' }
  node.list = { atomic: true, keys: [], items: listItems ?? node }
  node.map = { atomic: listItems === undefined, fields: NO_FIELDS, rest: node }
  return node
}

/** The type of a field, undefined when there can be no such field. */
export function fieldType(map: MapForm, name: string): TypeNode | undefined {
  const field = map.fields.get(name)
  return field === undefined ? map.rest : field.type
}

/** What a new object of the type is before anything is said of it: shared, and not to be changed. */
export function emptyOf(type: TypeNode): Readonly<Record<string, unknown>> {
  let empty = empties.get(type)
  if (empty === undefined) empties.set(type, (empty = makeEmpty(type)))
  return empty
}

/** Already made: types never change. */
const empties = new WeakMap<TypeNode, Readonly<Record<string, unknown>>>()

function makeEmpty(type: TypeNode): Record<string, unknown> {
  const empty: Record<string, unknown> = {}
  for (const [name, field] of type.map?.fields ?? [])
    if (field.zero !== undefined) empty[name] = isStruct(field.zero) ? emptyOf(field.type) : field.zero
  return Object.freeze(empty)
}

const isStruct = (zero: unknown): boolean => typeof zero === 'object' && zero !== null
