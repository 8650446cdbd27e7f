/** Messages as JSON objects: field numbers say which field, the schema of the JSON form says of what type. */
import { type FieldSchema, type ObjectSchema, schemaNamed } from '../../api/index.ts'
import { protobufFields } from './generated/fields.ts'
import { scalarOf, textOf } from './scalars.ts'
import { bytesOf, packed, ProtobufError, readFields, type WireValue } from './wire.ts'

/** Types refer to themselves (JSON schemas); a message deeper than this is no honest one. */
const MAX_DEPTH = 100

interface FieldTag {
  /** `?` keeps a zero, `:` leaves it out, `!` is always written, `@` inlines the fields of the type `name`. */
  mode: string
  name: string
}

/** A type's fields by number. */
type MessageTags = ReadonlyMap<number, FieldTag>

/** Decodes messages with one memory of the field tables that it has read. */
export class MessageDecoder {
  readonly #tags = new Map<string, MessageTags>()

  /** Throws ProtobufError for a message that is malformed or of a type without field numbers. */
  decode(message: Uint8Array, schema: ObjectSchema): Record<string, unknown> {
    return this.#message(message, { schema, type: typeOf(schema), depth: 0 })
  }

  #message(message: Uint8Array, at: { schema: ObjectSchema; type: string; depth: number }): Record<string, unknown> {
    if (at.depth > MAX_DEPTH) throw new ProtobufError(`messages are nested deeper than ${MAX_DEPTH} levels`)
    const tags = this.#tagsOf(at.type)
    const object: Record<string, unknown> = {}
    for (const { number, value } of readFields(message)) {
      const tag = tags.get(number)
      if (tag === undefined) continue
      if (tag.mode === '@') {
        Object.assign(
          object,
          this.#message(bytesOf(value), { ...at, type: siblingType(at.type, tag.name), depth: at.depth + 1 }),
        )
        continue
      }
      const field = at.schema.fields[tag.name]
      if (field !== undefined) this.#add(object, { tag, field, value, depth: at.depth + 1 })
    }
    return object
  }

  #add(
    object: Record<string, unknown>,
    part: { tag: FieldTag; field: FieldSchema; value: WireValue; depth: number },
  ): void {
    const { tag, field, value, depth } = part
    const { name } = tag
    if (field.type === 'list') {
      const list = (object[name] ??= []) as unknown[]
      list.push(...this.#elements(field.items ?? { type: 'any' }, value, depth))
    } else if (field.type === 'map') {
      const map = (object[name] ??= {}) as Record<string, unknown>
      const [key, inner] = this.#entry(field.items ?? { type: 'any' }, bytesOf(value), depth)
      Object.defineProperty(map, key, { value: inner, enumerable: true, configurable: true, writable: true })
    } else {
      const plain = this.#value(field, value, depth)
      if (tag.mode === '?' || !isZero(plain, tag.mode)) object[name] = plain
    }
  }

  #elements(items: FieldSchema, value: WireValue, depth: number): unknown[] {
    const isNumber = items.type === 'int32' || items.type === 'int64'
    return isNumber && value instanceof Uint8Array ? packed(value) : [this.#value(items, value, depth)]
  }

  #entry(items: FieldSchema, message: Uint8Array, depth: number): [string, unknown] {
    let key = ''
    let inner: unknown = this.#value(
      items,
      items.type === 'boolean' || items.type.startsWith('int3') ? 0 : new Uint8Array(),
      depth,
    )
    for (const { number, value } of readFields(message))
      if (number === 1) key = textOf(value)
      else if (number === 2) inner = this.#value(items, value, depth)
    return [key, inner]
  }

  #value(field: FieldSchema, value: WireValue, depth: number): unknown {
    if (field.type === 'object') {
      const schema = schemaNamed(field.schema ?? '')
      return this.#message(bytesOf(value), { schema, type: typeOf(schema), depth })
    }
    // A list that is itself an element is a message of its own: { items = 1 }.
    if (field.type === 'list')
      return [...readFields(bytesOf(value))].map((item) =>
        this.#value(field.items ?? { type: 'any' }, item.value, depth),
      )
    return scalarOf(field.type, value)
  }

  #tagsOf(type: string): MessageTags {
    const known = this.#tags.get(type)
    if (known !== undefined) return known
    const text = protobufFields[type]
    if (text === undefined) throw new ProtobufError(`${type} has no protobuf form`)
    const tags = new Map<number, FieldTag>()
    for (const [, number, mode = '', name = ''] of text.matchAll(/(\d+)([?:!@])(\S+)/g))
      tags.set(Number(number), { mode, name })
    this.#tags.set(type, tags)
    return tags
  }
}

/** `core.v1.Pod` for the schema `io.k8s.api.core.v1.Pod`. */
const typeOf = ({ id }: ObjectSchema) => id.replace(/^io\.k8s\.(api|apimachinery\.pkg\.apis)\./, '')

/** An inlined type is of the same package, or named with the package's alias (only metav1's are). */
function siblingType(type: string, name: string): string {
  const [alias, local] = name.split('.')
  if (local !== undefined) return `${alias === 'metav1' ? 'meta.v1' : 'core.v1'}.${local}`
  return `${type.slice(0, type.lastIndexOf('.'))}.${name}`
}

/** Whether Go's JSON would leave the value out. Structs without content are left out as well: defaults fill them. */
function isZero(value: unknown, mode: string): boolean {
  if (value === null) return true
  if (typeof value === 'object') return !Array.isArray(value) && Object.keys(value).length === 0
  return mode === ':' && (value === '' || value === 0 || value === false)
}
