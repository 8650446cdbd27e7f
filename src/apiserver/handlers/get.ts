import { type ApiResponse, notFound } from '../../api/index.ts'
import { servedText, storedKey } from '../registry/stored-form.ts'
import type { Backend, ResourceRequest } from '../server/context.ts'
import { respondJson } from '../server/response.ts'
import { presenterFor } from './present.ts'

/** `GET` of one object. */
export async function getObject(backend: Backend, request: ResourceRequest): Promise<ApiResponse> {
  const presenter = presenterFor(backend, request, 'object')
  const entry = await backend.store.get(storedKey(backend, request.resource, request))
  if (entry === undefined) throw notFound(request.resource, request.name)
  const text = request.model.conversion
    ? await servedText(backend, request.resource, entry.value, entry.revision)
    : entry.value
  return respondJson(200, presenter.object(text), { format: presenter.format })
}
