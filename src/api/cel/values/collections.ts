/** Lists and maps that an expression makes itself. */
import { isMixedNumber } from './numbers.ts'
import type { Value } from './value.ts'
import { ListValue, MapValue, Uint } from './value.ts'

export class ArrayList extends ListValue {
  readonly elements: readonly Value[]
  constructor(elements: readonly Value[]) {
    super()
    this.elements = elements
  }
  get size(): number {
    return this.elements.length
  }
  get(index: number): Value {
    return this.elements[index] ?? null
  }
}

/** A list that a fold adds to; nothing else sees it until the fold is done. */
export class GrowingList extends ListValue {
  readonly elements: Value[] = []
  get size(): number {
    return this.elements.length
  }
  get(index: number): Value {
    return this.elements[index] ?? null
  }
}

export class KeyedMap extends MapValue {
  readonly entries = new Map<string, readonly [Value, Value]>()
  get size(): number {
    return this.entries.size
  }
  set(key: Value, value: Value): void {
    this.entries.set(keyText(key) ?? '', [key, value])
  }
  delete(key: Value): void {
    this.entries.delete(keyText(key) ?? '')
  }
  find(key: Value): Value | undefined {
    const text = keyText(key)
    return text === undefined ? undefined : this.entries.get(text)?.[1]
  }
  *keys(): Iterable<Value> {
    for (const [key] of this.entries.values()) yield key
  }
}

/** Equal keys, of whatever number type, have the same text; undefined for what can be no key. */
export function keyText(key: Value): string | undefined {
  if (typeof key === 'string') return `s${key}`
  if (typeof key === 'boolean') return `b${key}`
  if (!isMixedNumber(key)) return undefined
  if (key instanceof Uint) return `n${key.value}`
  if (typeof key === 'number') return Number.isInteger(key) ? `n${BigInt(key)}` : `d${key}`
  return `n${key}`
}

/** How many characters a string has, counted as CEL counts: code points. */
export function codePointLength(text: string): number {
  let length = text.length
  for (let index = 0; index < text.length - 1; index++) {
    const unit = text.charCodeAt(index)
    if (unit >= 0xd800 && unit <= 0xdbff && isLowSurrogate(text.charCodeAt(index + 1))) {
      length--
      index++
    }
  }
  return length
}

const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff

/** The characters from `start` to `end`, both counted in code points. */
export function sliceCodePoints(text: string, start: number, end?: number): string {
  if (!/[\ud800-\udfff]/.test(text)) return text.slice(start, end)
  return Array.from(text).slice(start, end).join('')
}

/** The size that costs are counted by; undefined for what has none. */
export function sizeOf(value: Value): number | undefined {
  if (typeof value === 'string') return codePointLength(value)
  if (value instanceof Uint8Array) return value.length
  if (value instanceof ListValue || value instanceof MapValue) return value.size
  return undefined
}
