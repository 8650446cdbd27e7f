import { type ApiResponse, notFound } from '../../api/index.ts'
import { objectKey } from '../registry/object-key.ts'
import type { Backend, ResourceRequest } from '../server/context.ts'
import { respondJson } from '../server/response.ts'
import { presenterFor } from './present.ts'

/** `GET` of one object. */
export async function getObject(backend: Backend, request: ResourceRequest): Promise<ApiResponse> {
  const presenter = presenterFor(backend, request, 'object')
  const entry = await backend.store.get(objectKey(request.resource, request))
  if (entry === undefined) throw notFound(request.resource, request.name)
  return respondJson(200, presenter.object(entry.value), { format: presenter.format })
}
