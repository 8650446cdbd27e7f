/** The object in the body of a create or update. */
import type { AnyObject } from '../registry/any-object.ts'
import type { KindModel } from '../kinds/kind-model.ts'
import type { ResourceRequest } from '../server/context.ts'
import { bodyTypeOf, parseBody } from '../server/request-body.ts'
import { fieldValidationOf } from './parameters.ts'

export interface DecodedBody {
  object: AnyObject
  warnings: string[]
}

/** Throws ApiError `BadRequest`, `UnsupportedMediaType`. */
export function readObject({ request, info, model }: ResourceRequest): DecodedBody {
  const type = bodyTypeOf(request, ['json', 'yaml'])
  return toObject(model, parseBody(request.body, type === 'yaml' ? 'yaml' : 'json'), info.query)
}

/** Throws ApiError `BadRequest` when `value` is no object of the kind. */
export function toObject(model: KindModel, value: unknown, query: URLSearchParams): DecodedBody {
  const { object, warnings } = model.decode(value, { fieldValidation: fieldValidationOf(query) })
  return { object: object as AnyObject, warnings }
}
