/** The object in the body of a create or update. */
import { decodeObject, type Resource } from '../../api/index.ts'
import type { AnyObject } from '../registry/any-object.ts'
import type { ResourceRequest } from '../server/context.ts'
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

/** Throws ApiError `BadRequest` when `value` is no object of the resource's kind. */
export function toObject(resource: Resource, value: unknown, query: URLSearchParams): DecodedBody {
  const { object, warnings } = decodeObject(resource, value, { fieldValidation: fieldValidationOf(query) })
  return { object: object as AnyObject, warnings }
}
