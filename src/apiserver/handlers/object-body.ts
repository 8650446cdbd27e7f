/** The object in the body of a create or update. */
import { apiError } from '../../api/index.ts'
import type { FieldValidation } from '../../api/machinery.ts'
import type { AnyObject } from '../registry/any-object.ts'
import type { KindModel } from '../kinds/kind-model.ts'
import type { ResourceRequest } from '../server/context.ts'
import { duplicateKeys } from '../server/duplicate-keys.ts'
import { type BodyType, bodyTypeOf, parseBody, parseLenientYaml } from '../server/request-body.ts'
import { fieldValidationOf } from './parameters.ts'

export interface DecodedBody {
  object: AnyObject
  warnings: string[]
}

/** Throws ApiError `BadRequest`, `UnsupportedMediaType`. */
export function readObject({ request, info, model, resource }: ResourceRequest): DecodedBody {
  const validation = fieldValidationOf(info.query)
  const { value, problems } = readBody(request.body, bodyTypeOf(request, ['json', 'yaml']), validation)
  if (problems.length === 0) return toObject(model, value, info.query)
  const { object, warnings } = model.decode(value, { fieldValidation: 'Warn' })
  const all = [...warnings, ...problems]
  const { kind, version } = resource
  // Wording: transformDecodeError of k8s.io/apiserver v0.34.
  if (validation === 'Strict')
    throw apiError(
      'BadRequest',
      `${kind} in version "${version}" cannot be handled as a ${kind}: strict decoding error: ${all.join(', ')}`,
    )
  return { object: object as AnyObject, warnings: all }
}

interface Body {
  value: unknown
  /** What no decoder would stumble over: keys that are there twice. */
  problems: string[]
}

function readBody(text: string, type: BodyType, validation: FieldValidation): Body {
  const ignore = validation === 'Ignore'
  if (type === 'yaml') {
    const { value, duplicates } = parseLenientYaml(text)
    const lines = duplicates.map((line) => `  ${line}`).join('\n')
    return { value, problems: ignore || lines === '' ? [] : [`yaml: unmarshal errors:\n${lines}`] }
  }
  const value = parseBody(text, 'json')
  const duplicates = ignore ? [] : duplicateKeys(text, value)
  return { value, problems: duplicates.map(({ path }) => `duplicate field "${path}"`) }
}

/** Throws ApiError `BadRequest` when `value` is no object of the kind. */
export function toObject(model: KindModel, value: unknown, query: URLSearchParams): DecodedBody {
  const { object, warnings } = model.decode(value, { fieldValidation: fieldValidationOf(query) })
  return { object: object as AnyObject, warnings }
}
