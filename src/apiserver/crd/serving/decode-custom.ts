/** Custom objects from JSON: metadata in form, unknown fields gone, nulls as the schema has them.
 *  Source: k8s.io/apiextensions-apiserver v0.34, pkg/apiserver/customresource_handler.go (unstructuredSchemaCoercer);
 *  wording: k8s.io/apiserver v0.34, pkg/endpoints/handlers (transformDecodeError). */
import {
  type ApiError,
  apiError,
  apiVersionOf,
  isJsonObject,
  type JsonObject,
  type KubeObject,
  type Resource,
} from '../../../api/index.ts'
import {
  coerceEmbedded,
  type DecodedObject,
  decodeMetadata,
  type FieldValidation,
  pruneObject,
  removeNulls,
} from '../../../api/machinery.ts'
import type { VersionSchema } from './version-schema.ts'

/** Changes `value`. Throws ApiError `BadRequest`. */
export function decodeCustom(
  resource: Resource,
  schema: VersionSchema,
  value: unknown,
  { fieldValidation }: { fieldValidation: FieldValidation },
): DecodedObject {
  const object = checkedType(resource, value)
  const unknown: string[] | undefined = fieldValidation === 'Ignore' ? undefined : []
  const metadata = decodeMetadata(object.metadata ?? {}, 'metadata')
  if (!metadata.ok) throw cannotBeHandled(resource, metadata.error)
  unknown?.push(...metadata.unknown)
  const problem = conform(object, schema, unknown)
  if (problem !== undefined) throw cannotBeHandled(resource, problem)
  const warnings = (unknown ?? []).map((field) => `unknown field "${field}"`)
  if (fieldValidation === 'Strict' && warnings.length > 0)
    throw cannotBeHandled(resource, `strict decoding error: ${warnings.join(', ')}`)
  return { object: { ...object, metadata: metadata.metadata } as KubeObject, warnings }
}

/** Brings an object into the form of a schema, its metadata aside. Returns what is wrong with objects inside it. */
function conform(object: JsonObject, schema: VersionSchema, unknown: string[] | undefined): string | undefined {
  const { structural } = schema
  const pruned: string[] | undefined = unknown && []
  pruneObject(object, structural, pruned)
  removeNulls(object, structural)
  const embedded: string[] | undefined = unknown && []
  const error = coerceEmbedded(object, structural, '', { unknown: embedded })
  // One by one: a call takes only so many arguments.
  for (const field of [...(pruned ?? []).sort(), ...(embedded ?? []).sort()]) unknown?.push(field)
  return error && `${error.field}: ${error.message}`
}

/** What was kept under another schema or by another version: what does not fit any more is dropped. Changes `object`. */
export function conformStored<T extends JsonObject>(object: T, schema: VersionSchema): T {
  const { structural } = schema
  pruneObject(object, structural)
  removeNulls(object, structural)
  coerceEmbedded(object, structural, '', { dropInvalid: true })
  return object
}

function checkedType(resource: Resource, value: unknown): JsonObject {
  if (!isJsonObject(value))
    throw apiError(
      'BadRequest',
      "couldn't get version/kind; json parse error: json: cannot unmarshal value into Go value of type struct { APIVersion string; Kind string }",
    )
  const { apiVersion, kind } = value
  if (typeof kind !== 'string' || kind === '') throw missing('Kind', 'unstructured object has no kind')
  if (typeof apiVersion !== 'string' || apiVersion === '')
    throw missing('apiVersion', 'unstructured object has no version')
  if (apiVersion !== apiVersionOf(resource))
    throw apiError(
      'BadRequest',
      `the API version in the data (${apiVersion}) does not match the expected API version (${apiVersionOf(resource)})`,
    )
  return value
}

const missing = (what: string, where: string) => apiError('BadRequest', `Object '${what}' is missing in '${where}'`)

function cannotBeHandled({ kind, version }: Resource, why: string): ApiError {
  return apiError('BadRequest', `${kind} in version "${version}" cannot be handled as a ${kind}: ${why}`)
}
