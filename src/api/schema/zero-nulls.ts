/** The nulls that Go writes for fields which are empty and which its types do not let it leave out: lists, times, pointers.
 *  Objects are kept with them, so that they are served as they are kept; who works on an object has it without. */
import { findSchema, schemaNamed } from './lookup.ts'
import type { FieldSchema, ObjectSchema } from './schema.ts'

type Fields = Record<string, unknown>

/** What of a schema has such fields, or leads to some. */
interface Plan {
  zero: readonly string[]
  /** Those of `zero` that are lists which the types say are always there. */
  lists: ReadonlySet<string>
  /** `depth`: how many lists or maps are around the objects. */
  inner: { name: string; depth: number; plan: Plan }[]
}

/** By API version and kind; undefined: nothing of the kind is ever null. */
const byKind = new Map<string, Plan | undefined>()
const bySchema = new WeakMap<ObjectSchema, Plan>()

interface Typed {
  apiVersion?: string | undefined
  kind?: string | undefined
}

/** Writes null where a field is missing or is an empty list, in place. `of` says what the object is. */
export function writeNulls(object: object, of: Typed): void {
  const plan = planFor(of)
  if (plan !== undefined) write(plan, object as Fields)
}

/** Takes out what `writeNulls` writes, in place; a list that is always there is empty. */
export function dropNulls(object: object, of: Typed): void {
  const plan = planFor(of)
  if (plan !== undefined) drop(plan, object as Fields)
}

function planFor({ apiVersion = '', kind = '' }: Typed): Plan | undefined {
  const key = `${apiVersion}/${kind}`
  if (byKind.has(key)) return byKind.get(key)
  const [version = '', group = ''] = apiVersion.split('/').reverse()
  const schema = findSchema({ group, version, kind })
  // Of kinds that are not known here there may be any number.
  if (schema === undefined) return undefined
  const plan = leadsToNull(schema, new Set()) ? planOf(schema) : undefined
  byKind.set(key, plan)
  return plan
}

function planOf(schema: ObjectSchema): Plan {
  const known = bySchema.get(schema)
  if (known !== undefined) return known
  const fields = Object.entries(schema.fields)
  const named = (fits: (field: FieldSchema) => boolean) =>
    fields.flatMap(([name, field]) => (field.nullZero === true && fits(field) ? [name] : []))
  const plan: Plan = {
    zero: named(() => true),
    lists: new Set(named(({ type, required }) => type === 'list' && required === true)),
    inner: [],
  }
  bySchema.set(schema, plan)
  for (const [name, field] of fields) {
    const { inner, depth } = innermost(field)
    if (inner !== undefined && leadsToNull(inner, new Set())) plan.inner.push({ name, depth, plan: planOf(inner) })
  }
  return plan
}

function innermost(field: FieldSchema): { inner: ObjectSchema | undefined; depth: number } {
  let depth = 0
  let at: FieldSchema | undefined = field
  for (; at?.items !== undefined; at = at.items) depth++
  return { inner: at?.type === 'object' && at.schema !== undefined ? schemaNamed(at.schema) : undefined, depth }
}

function leadsToNull(schema: ObjectSchema, seen: Set<ObjectSchema>): boolean {
  if (seen.has(schema)) return false
  seen.add(schema)
  return Object.values(schema.fields).some((field) => {
    const { inner } = innermost(field)
    return field.nullZero === true || (inner !== undefined && leadsToNull(inner, seen))
  })
}

function write({ zero, inner }: Plan, object: Fields): void {
  for (const name of zero) if (isNone(object[name])) object[name] = null
  for (const { name, depth, plan } of inner) visit(object[name], depth, plan, write)
}

const isNone = (value: unknown) => value === undefined || (Array.isArray(value) && value.length === 0)

function drop({ zero, lists, inner }: Plan, object: Fields): void {
  for (const name of zero) {
    if (object[name] !== null) continue
    if (lists.has(name)) object[name] = []
    else delete object[name]
  }
  for (const { name, depth, plan } of inner) visit(object[name], depth, plan, drop)
}

function visit(value: unknown, depth: number, plan: Plan, act: (plan: Plan, object: Fields) => void): void {
  if (typeof value !== 'object' || value === null) return
  if (depth === 0) act(plan, value as Fields)
  else for (const inner of Object.values(value)) visit(inner, depth - 1, plan, act)
}
