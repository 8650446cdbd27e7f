/** Functions of strings: those of the language, and the strings extension at version 2. Positions count code points.
 *  Source: cel-go v0.26, common/stdlib, ext/strings.go. */
import { func, type Implementation, method, type Overload } from '../check/overload.ts'
import { BOOL, INT, listOf, STRING } from '../check/types.ts'
import { ArrayList, codePointLength, sliceCodePoints } from '../values/collections.ts'
import { EvalError, isError, ListValue, noSuchOverload, type Result } from '../values/value.ts'
import { describeValue } from './describe-value.ts'
import { quote } from './quote.ts'
import { replaceText, splitText, trimSpace } from './text.ts'

type Text = (text: string, ...rest: readonly unknown[]) => Result

/** A function whose first argument is a string; its other arguments are of the types its overload says. */
const onText =
  (compute: (text: string, a: never, b: never, c: never) => Result): Implementation =>
  ([text, a, b, c]) =>
    typeof text === 'string' ? (compute as unknown as Text)(text, a, b, c) : noSuchOverload()

const outOfRange = (index: bigint): EvalError => new EvalError(`index out of range: ${index}`)
const strings = listOf(STRING)

const charAt = onText((text, index: bigint) => {
  if (index < 0n || index > codePointLength(text)) return outOfRange(index)
  return sliceCodePoints(text, Number(index), Number(index) + 1)
})

const indexOf = onText((text, wanted: string, from: bigint | undefined) => {
  const start = from ?? 0n
  if (wanted === '') return start
  if (start < 0n) return outOfRange(start)
  if (start >= codePointLength(text)) return -1n
  const offset = sliceCodePoints(text, 0, Number(start)).length
  const found = text.indexOf(wanted, offset)
  return found === -1 ? -1n : start + BigInt(codePointLength(text.slice(offset, found)))
})

const lastIndexOf = onText((text, wanted: string, from: bigint | undefined) => {
  const length = BigInt(codePointLength(text))
  if (wanted === '') return from ?? length
  if (from === undefined && length === 0n) return -1n
  const start = from ?? length - 1n
  if (start < 0n) return outOfRange(start)
  if (start >= length) return -1n
  const found = text.lastIndexOf(wanted, sliceCodePoints(text, 0, Number(start)).length)
  return found === -1 ? -1n : BigInt(codePointLength(text.slice(0, found)))
})

const substring = onText((text, start: bigint, end: bigint | undefined) => {
  const length = BigInt(codePointLength(text))
  if (end !== undefined && start > end) {
    return new EvalError(`invalid substring range. start: ${start}, end: ${end}`)
  }
  if (start < 0n || start > length) return outOfRange(start)
  if (end !== undefined && (end < 0n || end > length)) return outOfRange(end)
  return sliceCodePoints(text, Number(start), end === undefined ? undefined : Number(end))
})

const replace: Implementation = ([text, from, to, limit = -1n], { meter }) => {
  if (typeof text !== 'string' || typeof from !== 'string' || typeof to !== 'string') return noSuchOverload()
  return typeof limit === 'bigint' ? replaceText(text, { from, to, limit }, meter) : noSuchOverload()
}

const split: Implementation = ([text, separator, limit = -1n], { meter }) => {
  if (typeof text !== 'string' || typeof separator !== 'string' || typeof limit !== 'bigint') return noSuchOverload()
  meter.work(text.length)
  return new ArrayList(splitText(text, separator, limit))
}

const join: Implementation = ([list, separator = ''], { meter }) => {
  if (!(list instanceof ListValue) || typeof separator !== 'string') return noSuchOverload()
  const parts: string[] = []
  for (let index = 0; index < list.size; index++) {
    const element = list.get(index)
    if (isError(element)) return element
    if (typeof element !== 'string') return new EvalError(`join: invalid input: ${describeValue(element)}`)
    meter.work(1 + (element.length + separator.length) / 16)
    parts.push(element)
  }
  return parts.join(separator)
}

const lowerAscii = onText((text) => text.replace(/[A-Z]+/g, (part) => part.toLowerCase()))
const upperAscii = onText((text) => text.replace(/[a-z]+/g, (part) => part.toUpperCase()))

export const stringFunctions: Record<string, readonly Overload[]> = {
  contains: [
    method(
      ['contains_string', [STRING, STRING], BOOL],
      onText((text, part: string) => text.includes(part)),
    ),
  ],
  startsWith: [
    method(
      ['starts_with_string', [STRING, STRING], BOOL],
      onText((text, part: string) => text.startsWith(part)),
    ),
  ],
  endsWith: [
    method(
      ['ends_with_string', [STRING, STRING], BOOL],
      onText((text, part: string) => text.endsWith(part)),
    ),
  ],
  charAt: [method(['string_char_at_int', [STRING, INT], STRING], charAt)],
  indexOf: [
    method(['string_index_of_string', [STRING, STRING], INT], indexOf),
    method(['string_index_of_string_int', [STRING, STRING, INT], INT], indexOf),
  ],
  lastIndexOf: [
    method(['string_last_index_of_string', [STRING, STRING], INT], lastIndexOf),
    method(['string_last_index_of_string_int', [STRING, STRING, INT], INT], lastIndexOf),
  ],
  lowerAscii: [method(['string_lower_ascii', [STRING], STRING], lowerAscii)],
  upperAscii: [method(['string_upper_ascii', [STRING], STRING], upperAscii)],
  replace: [
    method(['string_replace_string_string', [STRING, STRING, STRING], STRING], replace),
    method(['string_replace_string_string_int', [STRING, STRING, STRING, INT], STRING], replace),
  ],
  split: [
    method(['string_split_string', [STRING, STRING], strings], split),
    method(['string_split_string_int', [STRING, STRING, INT], strings], split),
  ],
  substring: [
    method(['string_substring_int', [STRING, INT], STRING], substring),
    method(['string_substring_int_int', [STRING, INT, INT], STRING], substring),
  ],
  trim: [method(['string_trim', [STRING], STRING], onText(trimSpace))],
  join: [method(['list_join', [strings], STRING], join), method(['list_join_string', [strings, STRING], STRING], join)],
  'strings.quote': [func(['strings_quote', [STRING], STRING], onText(quote))],
}
