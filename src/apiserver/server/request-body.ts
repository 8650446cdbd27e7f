/** Turns the text of a request body into plain JSON values that nothing later can be hurt by. */
import { type ApiError, type ApiRequest, apiError, getOwn } from '../../api/index.ts'
import { jsonSyntaxProblem, parseJson as parseJsonExactly } from '../../api/machinery.ts'
import { errorMessage } from '../../lib/index.ts'
import { duplicateKeys } from './duplicate-keys.ts'
import { parseMediaType } from './media-types.ts'
import { readYaml, type YamlDocument } from './read-yaml.ts'

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
  const value = type === 'json' ? parseJsonText(text) : readDocument(text).value
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
  try {
    return parseJsonExactly(text)
  } catch {
    throw refuse(jsonSyntaxProblem(text))
  }
}

/** YAML may begin with a brace and be no JSON: a comma after the last field is enough. */
function asJson(text: string): { value: unknown } | undefined {
  if (!text.trimStart().startsWith('{')) return undefined
  try {
    return { value: parseJsonExactly(text) }
  } catch {
    return undefined
  }
}

function readDocument(text: string): YamlDocument {
  // JSON is nearly always valid YAML, and faster to read as what it is.
  const json = asJson(text)
  if (json !== undefined) return { value: json.value, duplicates: duplicateKeys(text, json.value) }
  try {
    return readYaml(text)
  } catch (error) {
    throw apiError('BadRequest', `error converting YAML to JSON: ${errorMessage(error)}`, { cause: error })
  }
}

/** As `parseBody` of YAML, and what keys are there twice, of which the last counts: in the words of Go's reader. */
export function parseLenientYaml(text: string): { value: unknown; duplicates: string[] } {
  checkDepth(text)
  const { value, duplicates } = readDocument(text)
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
