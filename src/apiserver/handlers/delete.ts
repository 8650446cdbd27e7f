import type { ApiResponse } from '../../api/index.ts'
import { deleteObject } from '../registry/delete.ts'
import type { Backend, ResourceRequest } from '../server/context.ts'
import { respondJson, respondStatus, success } from '../server/response.ts'
import { deleteParameters } from './parameters.ts'
import { presenterFor } from './present.ts'
import { writeContextOf } from './write-request.ts'

/** `DELETE` of one object: a Status when it is gone, the marked object when something still holds it. */
export async function deleteOne(backend: Backend, request: ResourceRequest): Promise<ApiResponse> {
  const { resource, name } = request
  const presenter = presenterFor(backend, request, 'object')
  const options = deleteParameters(request)
  const context = writeContextOf(request, 'DeleteOptions', { ...options })
  const { object, text, removed } = await deleteObject(backend, resource, request, { ...options, context })
  if (!removed || request.model.strategy.returnDeletedObject)
    return respondJson(200, presenter.object(text), { format: presenter.format, headers: context.warningHeaders() })
  const group = resource.group === '' ? {} : { group: resource.group }
  return respondStatus(success({ name, ...group, kind: resource.plural, uid: object.metadata.uid }), {
    format: presenter.format,
    headers: context.warningHeaders(),
  })
}
