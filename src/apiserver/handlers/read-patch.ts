/** The patch in the body of a request. Source, also of the words: k8s.io/apiserver v0.34, endpoints/handlers/patch.go. */
import { type ApiError, apiError, invalid, isJsonObject } from '../../api/index.ts'
import { jsonTypeName, type PatchType } from '../../api/machinery.ts'
import type { KindModel } from '../kinds/kind-model.ts'
import type { ResourceRequest } from '../server/context.ts'
import { duplicateKeys } from '../server/duplicate-keys.ts'
import { type BodyType, bodyTypeOf, parseJson } from '../server/request-body.ts'
import { fieldValidationOf } from './parameters.ts'

export interface SentPatch {
  type: PatchType
  patch: unknown
  /** What is said of keys that are there twice; none when nobody wants to know. */
  duplicates: string[]
}

const PATCH_TYPES: Partial<Record<BodyType, PatchType>> = {
  'merge-patch': 'merge',
  'json-patch': 'json',
  'strategic-merge-patch': 'strategic',
}

export const isApply = (request: ResourceRequest): boolean => patchTypeOf(request) === 'apply-patch'

/** Throws ApiError `UnsupportedMediaType`. */
function patchTypeOf({ request, model }: ResourceRequest): BodyType {
  try {
    return bodyTypeOf(request, acceptedTypes(model))
  } catch (cause) {
    const error = apiError('UnsupportedMediaType', '415: Unsupported Media Type', { cause })
    error.status.details = {}
    throw error
  }
}

const acceptedTypes = ({ strategicMerge }: KindModel): readonly BodyType[] =>
  strategicMerge ? WITH_STRATEGIC_MERGE : WITHOUT_STRATEGIC_MERGE
const WITHOUT_STRATEGIC_MERGE: readonly BodyType[] = ['json-patch', 'merge-patch', 'apply-patch']
const WITH_STRATEGIC_MERGE: readonly BodyType[] = ['json-patch', 'merge-patch', 'strategic-merge-patch', 'apply-patch']

/** Throws ApiError `UnsupportedMediaType`, `BadRequest`; `Invalid` for what only an apply can be asked to do. */
export function readPatch(request: ResourceRequest): SentPatch {
  const { info, resource } = request
  const type = PATCH_TYPES[patchTypeOf(request)]
  if (info.query.has('force'))
    throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [
      {
        type: 'FieldValueForbidden',
        field: 'force',
        message: 'Forbidden: may not be specified for non-apply patch',
      },
    ])
  if (type === undefined) throw apiError('UnsupportedMediaType', `cannot patch ${resource.plural} this way`)
  const text = request.request.body
  const patch = checkedForm(
    type,
    parseJson(text, (why) => cannotRead(type, why)),
  )
  return { type, patch, duplicates: fieldValidationOf(info.query) === 'Ignore' ? [] : duplicatesIn(type, text, patch) }
}

/** Only a strategic merge patch is read without a word about what was read. */
const cannotRead = (type: PatchType, why: string): ApiError =>
  apiError('BadRequest', type === 'strategic' ? why : `error decoding patch: ${why}`)

/** JSON patches are looked at where they are applied. */
function checkedForm(type: PatchType, patch: unknown): unknown {
  if (type === 'json' || isJsonObject(patch)) return patch
  if (patch !== null)
    throw cannotRead(
      type,
      `json: cannot unmarshal ${jsonTypeName(patch)} into Go value of type map[string]interface {}`,
    )
  if (type === 'merge') throw apiError('BadRequest', 'Invalid JSON Patch')
  return {}
}

const duplicatesIn = (type: PatchType, text: string, patch: unknown): string[] =>
  duplicateKeys(text, patch).map(({ path }) => `${type === 'json' ? 'json patch ' : ''}duplicate field "${path}"`)
