/** The object in the body of a create or update. */
import { apiError, apiVersionOf, type Resource } from '../../api/index.ts'
import { decodeObject } from '../registry/schema.ts'
import type { AnyObject, ResourceRequest } from '../server/context.ts'
import { bodyTypeOf, parseBody } from '../server/request-body.ts'
import { fieldValidationOf } from './parameters.ts'

export interface DecodedBody {
  object: AnyObject
  warnings: string[]
}

/** Throws ApiError `BadRequest`, `UnsupportedMediaType`. */
export function readObject({ request, info, resource }: ResourceRequest): DecodedBody {
  const type = bodyTypeOf(request, ['json', 'yaml'])
  return toObject(resource, parseBody(request.body, type === 'yaml' ? 'yaml' : 'json'), info.query)
}

/** Checks that `value` is an object of the resource's kind (a missing apiVersion or kind is taken as right). */
export function toObject(resource: Resource, value: unknown, query: URLSearchParams): DecodedBody {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    checkType(resource, value as Record<string, unknown>)
  const { object, warnings } = decodeObject(resource, value, { fieldValidation: fieldValidationOf(query) })
  return { object: object as AnyObject, warnings }
}

function checkType(resource: Resource, { apiVersion, kind }: Record<string, unknown>): void {
  const wanted = apiVersionOf(resource)
  const gvk = (version: unknown, name: unknown) => `${String(version)}, Kind=${String(name)}`
  if ((apiVersion === undefined || apiVersion === wanted) && (kind === undefined || kind === resource.kind)) return
  if (apiVersion === undefined || apiVersion === wanted)
    throw apiError(
      'BadRequest',
      `the object provided is unrecognized (must be of type ${resource.kind}): its kind is ${JSON.stringify(kind)}`,
    )
  throw apiError(
    'BadRequest',
    `the API version in the data (${gvk(apiVersion, kind ?? resource.kind)}) does not match the expected API version (${gvk(wanted, resource.kind)})`,
  )
}
