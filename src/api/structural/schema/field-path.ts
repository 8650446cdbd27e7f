/** Paths such as `.spec.list['a.b']` from a schema to one of its fields, as rules and selectable fields name them.
 *  Source: k8s.io/apiextensions-apiserver v0.34, pkg/apiserver/schema/cel/validation.go (ValidFieldPath). */
import { getOwn } from '../../decode/index.ts'
import type { JSONSchemaProps } from '../../generated/types.ts'
import { additionalOf } from './json-schema.ts'

export type FieldPath =
  | {
      ok: true
      /** As field errors have it, without the dot in front: `spec.list[a.b]`. */
      path: string
      segments: string[]
      schema: JSONSchemaProps
    }
  | { ok: false; error: string }

const failed = (error: string): FieldPath => ({ ok: false, error })
const NO_FIELD = failed('does not refer to a valid field')
const TOKEN = /'(?:\\.|[^'\\])*'|[.[\]]|[^.[\]']+|'/gs

export function fieldPathIn(
  schema: JSONSchemaProps,
  text: string,
  options: { arrayNotation: boolean } = { arrayNotation: true },
): FieldPath {
  const tokens = [...text.matchAll(TOKEN)].map(([token]) => token).values()
  let at: FieldPath & { ok: true } = { ok: true, path: '', segments: [], schema }
  for (const token of tokens) {
    const name = token === '.' ? dotted(tokens) : token === '[' ? bracketed(tokens, options) : undefined
    if (name === undefined) return failed(`expected [ or . but got: ${token}`)
    if ('error' in name) return failed(name.error)
    const next = step(at, name.name)
    if (!next.ok) return next
    at = next
    if (token !== '[') continue
    const end = tokens.next().value
    if (end === undefined) return failed('unexpected end of JSON path')
    if (end !== ']') return failed(`expected ] but got ${end}`)
  }
  return at
}

type Name = { name: string } | { error: string }

function dotted(tokens: Iterator<string, undefined>): Name {
  const name = tokens.next().value
  return name === undefined ? { error: 'unexpected end of JSON path' } : { name }
}

function bracketed(tokens: Iterator<string, undefined>, { arrayNotation }: { arrayNotation: boolean }): Name {
  if (!arrayNotation) return { error: 'array notation is not allowed' }
  const quoted = tokens.next().value
  if (quoted === undefined) return { error: 'unexpected end of JSON path' }
  if (quoted.length < 2 || !quoted.startsWith("'") || !quoted.endsWith("'"))
    return { error: `expected single quoted string but got ${quoted}` }
  return unescaped(quoted.slice(1, -1))
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  "'": "'",
  '\\': '\\',
}

function unescaped(text: string): Name {
  let bad: string | undefined
  const name = text.replaceAll(/\\(.)/gs, (whole, letter: string) => {
    const plain = getOwn(ESCAPES, letter)
    if (plain === undefined) bad ??= whole
    return plain ?? ''
  })
  return bad === undefined ? { name } : { error: `invalid string literal: invalid escape char ${bad}` }
}

function step(from: FieldPath & { ok: true }, name: string): FieldPath {
  const { schema, path } = from
  const segments = [...from.segments, name]
  if (Object.keys(schema.properties ?? {}).length > 0) {
    const property = getOwn(schema.properties ?? {}, name)
    return property ? { ok: true, path: path === '' ? name : `${path}.${name}`, segments, schema: property } : NO_FIELD
  }
  const additional = additionalOf(schema)
  return additional ? { ok: true, path: `${path}[${name}]`, segments, schema: additional } : NO_FIELD
}
