/** Checks a JSON value against a resource's schema and brings it into the form the API keeps: unknown fields and nulls
 *  are gone, quantities and times are canonical. Wording: transformDecodeError of k8s.io/apiserver v0.34. */
import { errorMessage } from '../../lib/index.ts'
import type { KubeObject } from '../object.ts'
import { apiVersionOf, type Resource } from '../resource.ts'
import { schemaFor } from '../schema/index.ts'
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
  const { apiVersion, kind } = value
  const given = { apiVersion: apiVersion ?? '', kind: kind ?? '' }
  if (typeof given.apiVersion !== 'string' || typeof given.kind !== 'string')
    throw cannotBeHandled(resource, 'apiVersion and kind must be strings')
  if (given.apiVersion !== '' && given.apiVersion !== apiVersionOf(resource))
    throw apiError(
      'BadRequest',
      `the API version in the data (${given.apiVersion}) does not match the expected API version (${apiVersionOf(resource)})`,
    )
  if (given.kind !== '' && given.kind !== resource.kind)
    throw apiError(
      'BadRequest',
      `${given.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: ` +
        `converting (${given.kind}) to (${resource.kind}): unknown conversion`,
    )
}

const goName = (resource: Kind) => `${resource.version}.${resource.kind}`

function cannotBeHandled(resource: Kind, why: string): ApiError {
  return apiError(
    'BadRequest',
    `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: ${why}`,
  )
}
