/** Checks a JSON value against a resource's schema and brings it into the form the API keeps: unknown fields and nulls
 *  are gone, quantities and times are canonical. Wording: transformDecodeError of k8s.io/apiserver v0.34. */
import { errorMessage } from '../../lib/index.ts'
import type { KubeObject } from '../object.ts'
import { apiVersionOf, type Resource } from '../resource.ts'
import { findSchema, schemaFor } from '../schema/index.ts'
import { type ApiError, apiError } from '../status.ts'
import { DecodeError, decodeFields, newContext } from './decode-value.ts'
import { isJsonObject, jsonTypeName } from './json-value.ts'

/** What happens to fields the schema does not know: dropped, dropped with a warning, or refused. */
export type FieldValidation = 'Ignore' | 'Warn' | 'Strict'

export interface DecodedObject {
  object: KubeObject
  warnings: string[]
}

type Kind = Pick<Resource, 'group' | 'version' | 'kind'>

/** `value` is parsed JSON; it is not changed, and the result may share parts of it. `apiVersion` and `kind` may be left
 *  out; when given they must be the resource's. Throws ApiError BadRequest for what is of the wrong type. */
export function decodeObject(
  resource: Kind,
  value: unknown,
  options: { fieldValidation?: FieldValidation | undefined } = {},
): DecodedObject {
  if (!isJsonObject(value))
    throw cannotBeHandled(
      resource,
      `json: cannot unmarshal ${jsonTypeName(value)} into Go value of type ${goName(resource)}`,
    )
  checkKind(resource, value)
  const context = newContext()
  let fields: Record<string, unknown>
  try {
    fields = decodeFields(schemaFor(resource), value, context)
  } catch (error) {
    if (error instanceof DecodeError) throw cannotBeHandled(resource, errorMessage(error))
    throw error
  }
  const warnings = context.unknown.map((field) => `unknown field "${field}"`)
  if (options.fieldValidation === 'Strict' && warnings.length > 0)
    throw cannotBeHandled(resource, `strict decoding error: ${warnings.join(', ')}`)
  const object = { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata: {}, ...fields } as KubeObject
  return { object, warnings: options.fieldValidation === 'Warn' ? warnings : [] }
}

function checkKind(resource: Kind, value: Record<string, unknown>): void {
  const given = { apiVersion: value.apiVersion ?? '', kind: value.kind ?? '' }
  if (typeof given.apiVersion !== 'string' || typeof given.kind !== 'string')
    throw cannotBeHandled(resource, 'apiVersion and kind must be strings')
  const apiVersion = given.apiVersion || apiVersionOf(resource)
  const kind = given.kind || resource.kind
  if (apiVersion === apiVersionOf(resource) && kind === resource.kind) return
  const [version = '', group = ''] = apiVersion.split('/').reverse()
  if (findSchema({ group, version, kind }) === undefined)
    throw cannotBeHandled(
      resource,
      `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "${SCHEME}"`,
      { kind, version },
    )
  if (kind === resource.kind && group === resource.group)
    throw apiError(
      'BadRequest',
      `the API version in the data (${apiVersion}) does not match the expected API version (${apiVersionOf(resource)})`,
    )
  const types = `(${version}.${kind}) to (${packageOf(resource)}.${resource.kind})`
  throw cannotBeHandled(resource, `converting ${types}: unknown conversion`, { kind, version })
}

/** Where Kubernetes keeps its list of kinds. */
const SCHEME = 'pkg/runtime/scheme.go:110'
/** Of the form in which Kubernetes works with a kind: events of both groups have the same. */
const packageOf = ({ group }: Kind) =>
  group === '' || group === 'events.k8s.io' ? 'core' : (group.split('.')[0] ?? group)

const goName = (resource: Kind) => `${resource.version}.${resource.kind}`

/** `given`: what the object says it is, where that is something else. */
function cannotBeHandled(resource: Kind, why: string, given: { kind: string; version: string } = resource): ApiError {
  return apiError(
    'BadRequest',
    `${given.kind} in version "${given.version}" cannot be handled as a ${resource.kind}: ${why}`,
  )
}
