/** Patterns, over texts that they nearly match. */
import { compilePattern } from '../../../src/api/regexp/index.ts'
import type { NamedGrowth } from './named-growth.ts'

/** Patterns that make engines that backtrack, or try every beginning anew, slow. */
const PATTERNS = [
  '(a+)+$',
  '(a|a)*b',
  '(a|aa)+$',
  '(.*a){12}',
  '^(([a-z])+.)+[A-Z]([a-z])+$',
  'a*a*a*a*b',
  '(?i)(x+x+)+y',
  '\\w*\\d\\w*!',
  'a.*b.*c',
  '[^b]*b$',
  '(a{0,30}){0,30}$',
  '(?:a?){60}a{60}$',
]
const TEXTS = ['a', 'ab', 'x', 'a1', 'aaab', 'é']
export const matchGrowths: readonly NamedGrowth[] = PATTERNS.flatMap((source) =>
  TEXTS.map((part) => ({
    name: `${source} in ${part}`,
    growth: {
      size: 1000,
      maxBytes: 200_000,
      input: (size) => {
        const text = part.repeat(size)
        const compiled = compilePattern(source)
        if (!compiled.ok) throw new Error(compiled.error)
        return { bytes: text.length, run: () => compiled.pattern.test(text) }
      },
    },
  })),
)
