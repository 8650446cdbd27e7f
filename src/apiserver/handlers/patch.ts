import type { ApiResponse } from '../../api/index.ts'
import { checkName, type UpdateOptions, updateObject } from '../registry/update.ts'
import type { Backend, ResourceRequest } from '../server/context.ts'
import { respondJson } from '../server/response.ts'
import { applyOne } from './apply.ts'
import { patchedObject } from './patched-object.ts'
import { presenterFor } from './present.ts'
import { isApply, readPatch } from './read-patch.ts'
import { writeContextOf } from './write-request.ts'

/** `PATCH` of an object or of its status. A patch without a resourceVersion applies to whatever is current. */
export async function patchOne(
  backend: Backend,
  request: ResourceRequest,
  part: UpdateOptions['part'] = 'spec',
): Promise<ApiResponse> {
  if (isApply(request)) return applyOne(backend, request, part)
  const { resource, info, model } = request
  const presenter = presenterFor(backend, request, 'object')
  const sent = readPatch(request)
  const context = writeContextOf(request, 'PatchOptions')
  const text = await updateObject(
    backend,
    resource,
    request,
    (old) => {
      const before = old.metadata.resourceVersion
      const object = patchedObject(old, sent, { resource, model, query: info.query, warn: context.warn })
      checkName(object, request.name)
      // Left as it was, the version pins nothing: a lost race is tried again.
      if (object.metadata.resourceVersion === before) delete object.metadata.resourceVersion
      return object
    },
    { part, context },
  )
  return respondJson(200, presenter.object(text), { format: presenter.format, headers: context.warningHeaders() })
}
