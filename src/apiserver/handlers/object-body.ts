/** The object in the body of a create or update. */
import { apiError, isJsonObject, type Resource } from '../../api/index.ts'
import { type FieldValidation, jsonTypeName } from '../../api/machinery.ts'
import type { AnyObject } from '../registry/any-object.ts'
import type { KindModel } from '../kinds/kind-model.ts'
import type { ResourceRequest } from '../server/context.ts'
import { duplicateKeys, placesOf } from '../server/duplicate-keys.ts'
import { type BodyType, bodyTypeOf, parseJson, parseLenientYaml } from '../server/request-body.ts'
import { fieldValidationOf } from './parameters.ts'

export interface DecodedBody {
  object: AnyObject
  warnings: string[]
}

/** A request, or what a subresource makes of it that speaks a kind of its own. */
type BodyRequest = Pick<ResourceRequest, 'request' | 'info'> & {
  model: Pick<KindModel, 'decode'>
  resource: Pick<Resource, 'version' | 'kind'>
}

/** Throws ApiError `BadRequest`, `UnsupportedMediaType`. */
export function readObject({ request, info, model, resource }: BodyRequest): DecodedBody {
  const validation = fieldValidationOf(info.query)
  const type = bodyTypeOf(request, ['json', 'yaml'])
  const { value, problems } = readBody(request.body, { type, validation, kind: resource.kind })
  if (problems.length === 0) return toObject(model, value, info.query)
  const { object, warnings } = model.decode(value, { fieldValidation: 'Warn' })
  const all = type === 'json' ? inOrder(request.body, [...warnings, ...problems]) : [...problems, ...warnings]
  const { kind, version } = resource
  // Wording: transformDecodeError of k8s.io/apiserver v0.34.
  if (validation === 'Strict')
    throw apiError(
      'BadRequest',
      `${kind} in version "${version}" cannot be handled as a ${kind}: strict decoding error: ${all.join(', ')}`,
    )
  return { object: object as AnyObject, warnings: all.flatMap(warningsOf) }
}

const YAML_PROBLEMS = 'yaml: unmarshal errors:\n'

/** Go's reader of YAML tells all it found at once. Source: k8s.io/apiserver v0.34, endpoints/handlers/rest.go
 *  (parseYAMLWarnings). */
const warningsOf = (problem: string): string[] =>
  problem.startsWith(YAML_PROBLEMS)
    ? problem
        .slice(YAML_PROBLEMS.length)
        .split('\n')
        .map((line) => line.trim())
    : [problem]

const PROBLEM = /^(unknown|duplicate) field "(.*)"$/s

/** Problems in the order of the fields in the text, as Go's reader comes upon them. */
function inOrder(text: string, problems: readonly string[]): string[] {
  const fields = problems.map((problem) => {
    const [, what, path = ''] = PROBLEM.exec(problem) ?? []
    return { problem, path, again: what === 'duplicate' }
  })
  const places = placesOf(text, fields)
  const placeOf = (field: (typeof fields)[number]) => places.get(field) ?? Number.MAX_SAFE_INTEGER
  return fields.sort((a, b) => placeOf(a) - placeOf(b)).map(({ problem }) => problem)
}

interface Body {
  value: unknown
  /** What no decoder would stumble over: keys that are there twice. */
  problems: string[]
}

interface BodyForm {
  type: BodyType
  validation: FieldValidation
  kind: string
}

function readBody(text: string, { type, validation, kind }: BodyForm): Body {
  const ignore = validation === 'Ignore'
  if (type === 'yaml') {
    const { value, duplicates } = parseLenientYaml(text)
    const lines = duplicates.map((line) => `  ${line}`).join('\n')
    return { value, problems: ignore || lines === '' ? [] : [`${YAML_PROBLEMS}${lines}`] }
  }
  const value = parseJson(text, (why) => unrecognized(text, kind, `${UNREADABLE}: ${why}`)) ?? {}
  const problem = typeProblem(value)
  if (problem !== undefined) throw unrecognized(text, kind, problem)
  const duplicates = ignore ? [] : duplicateKeys(text, value)
  return { value, problems: duplicates.map(({ path }) => `duplicate field "${path}"`) }
}

const UNREADABLE = "couldn't get version/kind; json parse error"
const TYPE_META = String.raw`struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }`

/** Why nobody can tell of what kind the value says it is. Source: k8s.io/apimachinery v0.34, runtime/serializer/json/meta.go. */
function typeProblem(value: unknown): string | undefined {
  if (!isJsonObject(value))
    return `${UNREADABLE}: json: cannot unmarshal ${jsonTypeName(value)} into Go value of type ${TYPE_META}`
  for (const name of ['apiVersion', 'kind']) {
    const given = value[name] ?? ''
    if (typeof given !== 'string')
      return `${UNREADABLE}: json: cannot unmarshal ${jsonTypeName(given)} into Go struct field .${name} of type string`
  }
  const { apiVersion = '' } = value as { apiVersion?: string }
  return apiVersion.split('/').length > 2 ? `unexpected GroupVersion string: ${apiVersion}` : undefined
}

/** Source: k8s.io/apiserver v0.34, endpoints/handlers/rest.go (transformDecodeError, summarizeData). */
function unrecognized(text: string, kind: string, why: string) {
  const bytes = Buffer.from(text)
  const start = bytes.subarray(0, SUMMARY_BYTES).toString(text.startsWith('{') ? 'utf8' : 'hex')
  const summary = `${start}${bytes.length > SUMMARY_BYTES ? ' ...' : ''}`
  return apiError(
    'BadRequest',
    `the object provided is unrecognized (must be of type ${kind}): ${why} (${summary || '<empty>'})`,
  )
}

const SUMMARY_BYTES = 30

/** Throws ApiError `BadRequest` when `value` is no object of the kind. */
function toObject(model: BodyRequest['model'], value: unknown, query: URLSearchParams): DecodedBody {
  const { object, warnings } = model.decode(value, { fieldValidation: fieldValidationOf(query) })
  return { object: object as AnyObject, warnings }
}
