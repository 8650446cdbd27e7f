/** A set brought in line with a type that changed since the set was made: what became atomic is owned as a whole by who
 *  owned a part of it. Source: structured-merge-diff v6, typed/reconcile_schema.go. */
import { type FieldSet, hasBelow, LEAF, type MutableFieldSet } from '../field-set.ts'
import { DEDUCED_ANY, fieldType, type TypeNode } from '../type-node.ts'

/** The set itself where nothing changed. */
export function reconcileSet(type: TypeNode, set: FieldSet): FieldSet {
  return type.map === undefined || type.map.atomic ? set : visitBelow(type, set)
}

function reconcileNode(type: TypeNode, node: FieldSet): FieldSet {
  if (!hasBelow(node)) return node
  if (type.map !== undefined) {
    if (type.map.atomic) return isFreeForm(type) ? node : LEAF
    return isFreeForm(type) ? node : visitBelow(type, node)
  }
  if (type.list === undefined || type.scalar !== undefined) return node
  return type.list.atomic ? LEAF : visitBelow(type, node)
}

const isFreeForm = ({ map }: TypeNode): boolean =>
  map !== undefined && map.fields.size === 0 && map.rest === DEDUCED_ANY

function visitBelow(type: TypeNode, node: FieldSet): FieldSet {
  let result: MutableFieldSet | undefined
  for (const element of Object.keys(node)) {
    const inner = element === '.' ? undefined : typeOf(type, element)
    if (inner === undefined) continue
    const before = node[element] as FieldSet
    const after = reconcileNode(inner, before)
    if (after !== before) (result ??= { ...node })[element] = after
  }
  return result ?? node
}

/** Fields that the type does not have are left alone. */
function typeOf({ map, list }: TypeNode, element: string): TypeNode | undefined {
  if (map === undefined) return list?.items
  return element.startsWith('f:') ? fieldType(map, element.slice(2)) : map.rest
}
