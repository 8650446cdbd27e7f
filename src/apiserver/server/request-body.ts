/** Turns the text of a request body into plain JSON values that nothing later can be hurt by. */
import { type Document, isAlias, isScalar, parseDocument, type Tags, visit } from 'yaml'
import { type ApiError, type ApiRequest, apiError, getOwn } from '../../api/index.ts'
import { jsonSyntaxProblem } from '../../api/machinery.ts'
import { type DuplicateKey, duplicateKeys, MAX_DUPLICATES } from './duplicate-keys.ts'
import { refuseInexactJson, refuseInexactYaml } from './inexact-integers.ts'
import { parseMediaType } from './media-types.ts'

/** Deeper documents are refused: what walks them afterwards is recursive. */
const MAX_DEPTH = 500

export type BodyType = 'json' | 'yaml' | 'merge-patch' | 'json-patch' | 'strategic-merge-patch' | 'apply-patch'

const BODY_TYPES: Record<string, BodyType> = {
  'application/json': 'json',
  'application/yaml': 'yaml',
  'application/x-yaml': 'yaml',
  'text/yaml': 'yaml',
  'application/merge-patch+json': 'merge-patch',
  'application/json-patch+json': 'json-patch',
  'application/strategic-merge-patch+json': 'strategic-merge-patch',
  'application/apply-patch+yaml': 'apply-patch',
}

/** Throws ApiError `UnsupportedMediaType` naming those of `accepted`. A missing Content-Type means JSON. */
export function bodyTypeOf(request: ApiRequest, accepted: readonly BodyType[]): BodyType {
  const header = request.headers['content-type']
  const type = header === undefined || header === '' ? 'json' : typeNamed(header)
  if (type !== undefined && accepted.includes(type)) return type
  const names = Object.keys(BODY_TYPES).filter(
    (name) => !name.includes('x-') && !name.startsWith('text/') && accepted.includes(BODY_TYPES[name] as BodyType),
  )
  // It is translated before anyone else sees it.
  if (accepted.includes('json')) names.push('application/vnd.kubernetes.protobuf')
  throw apiError(
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${names.join(', ')}`,
  )
}

/** Most clients write a type as it is here, with no parameters. */
const typeNamed = (header: string): BodyType | undefined =>
  getOwn(BODY_TYPES, header) ?? getOwn(BODY_TYPES, parseMediaType(header).type)

/** Throws ApiError `BadRequest`. */
export function parseBody(text: string, type: 'json' | 'yaml'): unknown {
  checkDepth(text)
  const value = type === 'json' ? parseJsonText(text) : readYaml(text).value
  if (mayHavePrototypes(text)) refusePrototypes(value)
  return value
}

const mayHavePrototypes = (text: string): boolean => text.includes('__proto__') || text.includes('\\u')

const parseJsonText = (text: string): unknown =>
  readJson(text, (why) => apiError('BadRequest', `error decoding the request body: ${why}`))

/** As `parseBody` of JSON; `refuse` says what is thrown for a text that is none, and why it is none. */
export function parseJson(text: string, refuse: (why: string) => ApiError): unknown {
  checkDepth(text)
  const value = readJson(text, refuse)
  if (mayHavePrototypes(text)) refusePrototypes(value)
  return value
}

function readJson(text: string, refuse: (why: string) => ApiError): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw refuse(jsonSyntaxProblem(text))
  }
  refuseInexactJson(text)
  return value
}

/** YAML may begin with a brace and be no JSON: a comma after the last field is enough. */
function asJson(text: string): { value: unknown } | undefined {
  if (!text.trimStart().startsWith('{')) return undefined
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return undefined
  }
}

interface ReadYaml {
  value: unknown
  duplicates: Pick<DuplicateKey, 'key' | 'line'>[]
}

function readYaml(text: string): ReadYaml {
  // JSON is nearly always valid YAML, and much faster to read as what it is.
  const json = asJson(text)
  if (json !== undefined) refuseInexactJson(text)
  if (json !== undefined) return { value: json.value, duplicates: duplicateKeys(text, json.value) }
  try {
    // The reader's own search for equal keys compares each with each.
    const document = parseDocument(text, { version: '1.1', customTags: jsonTags, uniqueKeys: false })
    const [error] = document.errors
    if (error !== undefined) throw error
    refuseInexactYaml(document, text)
    // Aliases are the only way a small document grows large; none of what Kubernetes reads needs many.
    const duplicates = duplicatesIn(document, text)
    return { value: document.toJS({ maxAliasCount: 50 }), duplicates }
  } catch (error) {
    throw apiError('BadRequest', `error converting YAML to JSON: ${(error as Error).message}`, { cause: error })
  }
}

/** Throws an Error where a key is a list or a map: JSON has no such keys, and to write one down takes far longer than to
 *  read it. */
function duplicatesIn(document: Document, text: string): ReadYaml['duplicates'] {
  const found: ReadYaml['duplicates'] = []
  const lineAt = lineCounter(text)
  visit(document, {
    Map(_, map) {
      const keys = new Set<unknown>()
      for (const { key } of map.items) {
        const scalar = isAlias(key) ? key.resolve(document) : key
        if (!isScalar(scalar)) {
          if (scalar !== null && scalar !== undefined) throw new Error('yaml: invalid map key')
        } else if (!isAlias(key)) {
          if (keys.has(scalar.value) && found.length < MAX_DUPLICATES)
            found.push({ key: String(scalar.value), line: lineAt(scalar.range?.[0] ?? 0) })
          keys.add(scalar.value)
        }
      }
    },
  })
  return found
}

/** Lines begin at 1. Places that are asked for one after the other are counted from one to the next. */
function lineCounter(text: string): (offset: number) => number {
  let at = 0
  let line = 1
  return (offset) => {
    if (offset < at) [at, line] = [0, 1]
    for (let next = text.indexOf('\n', at); next !== -1 && next < offset; next = text.indexOf('\n', at)) {
      line += 1
      at = next + 1
    }
    return line
  }
}

/** YAML 1.1 as Go's reader takes it (octal `0644`, `yes`), without what JSON has no value for. */
const jsonTags = (tags: Tags): Tags =>
  tags.filter(
    (tag) => typeof tag === 'string' || (!NOT_JSON.test(tag.tag) && !('format' in tag && tag.format === 'TIME')),
  )
const NOT_JSON = /:(timestamp|binary|omap|pairs|set)$/

/** As `parseBody` of YAML, and what keys are there twice, of which the last counts: in the words of Go's reader. */
export function parseLenientYaml(text: string): { value: unknown; duplicates: string[] } {
  checkDepth(text)
  const { value, duplicates } = readYaml(text)
  if (mayHavePrototypes(text)) refusePrototypes(value)
  return {
    value,
    duplicates: duplicates.map(({ line, key }) => `line ${line}: key ${JSON.stringify(key)} already set in map`),
  }
}

/** Counts brackets outside strings: an upper bound of the depth that needs no parsing. Throws ApiError `BadRequest`. */
export function checkDepth(text: string): void {
  if (text.length < 2 * MAX_DEPTH) return
  let depth = 0
  let inString = false
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (inString) {
      if (unit === 92) i++
      else if (unit === 34) inString = false
    } else if (unit === 34) inString = true
    else if (unit === 123 || unit === 91) {
      if (++depth > MAX_DEPTH)
        throw apiError('BadRequest', `the request body is nested deeper than ${MAX_DEPTH} levels`)
    } else if (unit === 125 || unit === 93) depth--
  }
}

/** A key `__proto__` would change the prototype of whatever it is copied into. */
function refusePrototypes(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  if (Object.hasOwn(value, '__proto__')) throw apiError('BadRequest', 'the key "__proto__" is not allowed in an object')
  for (const inner of Object.values(value)) refusePrototypes(inner)
}
