/** Regular expressions in Go's syntax, matched in linear time: patterns come from users, and JavaScript's own engine can
 *  be made to backtrack for ever. The library is loaded when the first pattern is, for most clusters have none. */
import { createRequire } from 'node:module'
import type { RE2JS } from 're2js'

export interface Pattern {
  /** Whether the pattern is found anywhere in the text. */
  test(text: string): boolean
  /** What it matches, from left to right, at most `limit` times. */
  findAll(text: string, limit: number): string[]
  /** Instructions of its program: what compiling it took. */
  size: number
}

export type CompiledPattern = { ok: true; pattern: Pattern } | { ok: false; error: string }

const require = createRequire(import.meta.url)

/** The error is worded as Go's `regexp.Compile` words it. */
export function compilePattern(source: string): CompiledPattern {
  const { RE2JS: Re2 } = require('re2js') as { RE2JS: typeof RE2JS }
  try {
    return { ok: true, pattern: asPattern(Re2.compile(source)) }
  } catch (error) {
    return { ok: false, error: (error as Error).message }
  }
}

const asPattern = (regex: RE2JS): Pattern => ({
  test: (text) => regex.test(text),
  get size() {
    return regex.programSize()
  },
  findAll(text, limit) {
    const found: string[] = []
    const matcher = regex.matcher(text)
    while (found.length < limit && matcher.find()) found.push(matcher.group() ?? '')
    return found
  },
})
