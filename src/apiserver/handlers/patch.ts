import { type ApiResponse, apiError, invalid } from '../../api/index.ts'
import { applyPatch, type PatchType } from '../../api/machinery.ts'
import type { KindModel } from '../kinds/kind-model.ts'
import { checkName, type UpdateOptions, updateObject } from '../registry/update.ts'
import type { Backend, ResourceRequest } from '../server/context.ts'
import { type BodyType, bodyTypeOf, parseBody } from '../server/request-body.ts'
import { respondJson } from '../server/response.ts'
import { applyOne } from './apply.ts'
import { toObject } from './object-body.ts'
import { presenterFor } from './present.ts'
import { writeContextOf } from './write-request.ts'

const PATCH_TYPES: Partial<Record<BodyType, PatchType>> = {
  'merge-patch': 'merge',
  'json-patch': 'json',
  'strategic-merge-patch': 'strategic',
}

/** `PATCH` of an object or of its status. A patch without a resourceVersion applies to whatever is current. */
export async function patchOne(
  backend: Backend,
  request: ResourceRequest,
  part: UpdateOptions['part'] = 'spec',
): Promise<ApiResponse> {
  if (isApply(request)) return applyOne(backend, request, part)
  const { resource, info, model } = request
  const presenter = presenterFor(backend, request, 'object')
  const { type, patch } = readPatch(request)
  const context = writeContextOf(request, 'PatchOptions')
  const text = await updateObject(
    backend,
    resource,
    request,
    (old) => {
      const before = old.metadata.resourceVersion
      const decoded = toObject(model, applyPatch(type, resource, old, patch), info.query)
      decoded.warnings.forEach(context.warn)
      checkName(decoded.object, request.name)
      // Left as it was, the version pins nothing: a lost race is tried again.
      if (decoded.object.metadata.resourceVersion === before) delete decoded.object.metadata.resourceVersion
      return decoded.object
    },
    { part, context },
  )
  return respondJson(200, presenter.object(text), { format: presenter.format, headers: context.warningHeaders() })
}

export const isApply = ({ request, model }: ResourceRequest): boolean =>
  bodyTypeOf(request, acceptedTypes(model)) === 'apply-patch'

function acceptedTypes({ strategicMerge }: KindModel): BodyType[] {
  return ['json-patch', 'merge-patch', ...(strategicMerge ? (['strategic-merge-patch'] as const) : []), 'apply-patch']
}

/** Throws ApiError `UnsupportedMediaType`, `BadRequest`; `Invalid` for what only an apply can be asked to do. */
export function readPatch({ request, resource, model, info }: ResourceRequest): { type: PatchType; patch: unknown } {
  const type = PATCH_TYPES[bodyTypeOf(request, acceptedTypes(model))]
  if (info.query.has('force'))
    throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [
      {
        type: 'FieldValueForbidden',
        field: 'force',
        message: 'Forbidden: may not be specified for non-apply patch',
      },
    ])
  if (type === undefined) throw apiError('UnsupportedMediaType', `cannot patch ${resource.plural} this way`)
  return { type, patch: parseBody(request.body, 'json') }
}
