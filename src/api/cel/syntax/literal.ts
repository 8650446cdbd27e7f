/** The value of a literal's token. */
import { INT_MAX, INT_MIN, UINT_MAX } from '../values/numbers.ts'
import type { Value } from '../values/value.ts'
import { Uint } from '../values/value.ts'
import { SyntaxFailure } from './node-budget.ts'
import type { Token } from './tokens.ts'
import { BadEscape, unescapeBytes, unescapeString } from './unescape.ts'

export function readLiteral(token: Token, at: number, minus: boolean): Value {
  switch (token.kind) {
    case 'int':
      return readInt(token.text, at, minus)
    case 'uint':
      return readUint(token.text.slice(0, -1), at)
    case 'float':
      return readFloat(token.text, at, minus)
    case 'string':
      return unescaped(() => unescapeString(token.text), at)
    case 'bytes':
      return unescaped(() => unescapeBytes(token.text), at)
    case 'true':
    case 'false':
      return token.kind === 'true'
    default:
      return null
  }
}

/** More digits than any 64-bit number has. */
const isHuge = (text: string): boolean => text.replace(/^0x/, '').replace(/^0+/, '').length > 20

function readInt(text: string, at: number, minus: boolean): bigint {
  const value = isHuge(text) ? INT_MAX + 2n : BigInt(text)
  const signed = minus ? -value : value
  if (signed < INT_MIN || signed > INT_MAX) throw new SyntaxFailure('invalid int literal', at)
  return signed
}

function readUint(text: string, at: number): Uint {
  const value = isHuge(text) ? UINT_MAX + 1n : BigInt(text)
  if (value > UINT_MAX) throw new SyntaxFailure('invalid uint literal', at)
  return new Uint(value)
}

function readFloat(text: string, at: number, minus: boolean): number {
  const value = Number(text)
  if (!Number.isFinite(value)) throw new SyntaxFailure('invalid double literal', at)
  return minus ? -value : value
}

function unescaped<T>(read: () => T, at: number): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof BadEscape) throw new SyntaxFailure(error.message, at)
    throw error
  }
}
