/** `string.format`. Source: cel-go v0.26, ext/formatting.go. */
import { type Implementation, method, type Overload } from '../check/overload.ts'
import { DYN, listOf, STRING } from '../check/types.ts'
import { EvalError, isError, ListValue, noSuchOverload } from '../values/value.ts'
import { BadTemplate, readTemplate } from './format-template.ts'
import { formatClause } from './format-value.ts'

const format: Implementation = ([text, list], { meter }) => {
  if (typeof text !== 'string' || !(list instanceof ListValue)) return noSuchOverload()
  try {
    const parts = readTemplate(text, list.size).map((part) => {
      if (typeof part === 'string') return part
      const value = list.get(part.index)
      if (isError(value)) throw new BadTemplate(value.message)
      const shown = formatClause(part, value, meter)
      meter.work(shown.length / 16)
      return shown
    })
    return parts.join('')
  } catch (error) {
    if (error instanceof BadTemplate) return new EvalError(error.message)
    throw error
  }
}

export const formatFunction: Record<string, readonly Overload[]> = {
  format: [method(['string_format', [STRING, listOf(DYN)], STRING], format)],
}
