/** matches, find and findAll. Source: cel-go v0.26, common/types/string.go; k8s.io/apiserver v0.34,
 *  pkg/cel/library/regex.go. */
import { func, type Implementation, method, type Overload } from '../check/overload.ts'
import { BOOL, INT, listOf, STRING } from '../check/types.ts'
import { ArrayList } from '../values/collections.ts'
import { EvalError, noSuchOverload } from '../values/value.ts'

const matches: Implementation = ([text, source], context) => {
  if (typeof text !== 'string' || typeof source !== 'string') return noSuchOverload()
  const pattern = context.pattern(source)
  return pattern instanceof EvalError ? pattern : pattern.test(text)
}

const find: Implementation = ([text, source], context) => {
  if (typeof text !== 'string' || typeof source !== 'string') return noSuchOverload()
  const pattern = context.pattern(source)
  return pattern instanceof EvalError ? illegal(pattern) : (pattern.findAll(text, 1)[0] ?? '')
}

const findAll: Implementation = ([text, source, limit = -1n], context) => {
  if (typeof text !== 'string' || typeof source !== 'string' || typeof limit !== 'bigint') return noSuchOverload()
  const pattern = context.pattern(source)
  if (pattern instanceof EvalError) return illegal(pattern)
  context.meter.work(text.length)
  return new ArrayList(pattern.findAll(text, limit < 0n ? Number.POSITIVE_INFINITY : Number(limit)))
}

const illegal = ({ message }: EvalError): EvalError => new EvalError(`Illegal regex: ${message}`)

const strings = listOf(STRING)

export const regexFunctions: Record<string, readonly Overload[]> = {
  matches: [
    func(['matches', [STRING, STRING], BOOL], matches),
    method(['matches_string', [STRING, STRING], BOOL], matches),
  ],
  find: [method(['string_find_string', [STRING, STRING], STRING], find)],
  findAll: [
    method(['string_find_all_string', [STRING, STRING], strings], findAll),
    method(['string_find_all_string_int', [STRING, STRING, INT], strings], findAll),
  ],
}
