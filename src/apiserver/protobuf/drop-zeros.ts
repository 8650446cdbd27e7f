/** What of an object Go does not write: zeros in fields that are no pointers and are left out when empty (`omitempty`).
 *  Kubernetes keeps its own kinds as Go structs, so nobody reads or owns such a zero there. */
import { type FieldSchema, type ObjectSchema, schemaNamed } from '../../api/machinery.ts'
import { findMessageType, isZero, type MessageType, typeNameOf } from './message-type.ts'

interface Plan {
  /** Fields that are left out when they are zero. */
  scalars: readonly (readonly [name: string, field: FieldSchema])[]
  /** Fields in which there may be some. */
  inner: ReadonlyMap<string, ObjectSchema>
}

/** Schemas never change. */
const plans = new WeakMap<ObjectSchema, Plan>()

/** Changes `object` in place. Types that are not Kubernetes' own keep their zeros. */
export function dropZeros(schema: ObjectSchema, object: Record<string, unknown>): void {
  const { scalars, inner } = planOf(schema)
  for (const [name, field] of scalars) if (isZero(field, object[name])) delete object[name]
  for (const name in object) {
    const value = object[name]
    if (typeof value !== 'object' || value === null) continue
    const type = inner.get(name)
    if (type !== undefined) dropInside(type, value)
  }
}

/** One object, or those of a list or a map. */
function dropInside(schema: ObjectSchema, value: object): void {
  if (Array.isArray(value)) for (const item of value as unknown[]) dropItem(schema, item)
  else dropZeros(schema, value as Record<string, unknown>)
}

function dropItem(schema: ObjectSchema, item: unknown): void {
  if (typeof item === 'object' && item !== null) dropInside(schema, item)
}

function planOf(schema: ObjectSchema): Plan {
  const known = plans.get(schema)
  if (known !== undefined) return known
  const omitted = omittedNames(findMessageType(typeNameOf(schema)))
  const fields = Object.entries(schema.fields)
  const plan: Plan = {
    scalars: fields.filter(([name]) => omitted.has(name)),
    inner: new Map(fields.flatMap(([name, field]) => innerSchema(name, field))),
  }
  plans.set(schema, plan)
  return plan
}

/** Of maps nothing is left out inside: their values are no fields. Those that hold structs are few, and small. */
function innerSchema(name: string, { type, schema, items }: FieldSchema): [string, ObjectSchema][] {
  const inner = type === 'list' ? items : type === 'object' ? { type, schema } : undefined
  return inner?.type === 'object' && inner.schema !== undefined ? [[name, schemaNamed(inner.schema)]] : []
}

function omittedNames(type: MessageType | undefined): Set<string> {
  const names = new Set<string>()
  for (const { name, inlined, omitZero } of type?.values() ?? []) {
    if (inlined) for (const inner of omittedNames(findMessageType(name))) names.add(inner)
    else if (omitZero) names.add(name)
  }
  return names
}
