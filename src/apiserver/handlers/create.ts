import type { ApiResponse } from '../../api/index.ts'
import { createObject } from '../registry/create.ts'
import type { Backend, ResourceRequest } from '../server/context.ts'
import { respondJson, warningHeader } from '../server/response.ts'
import { readObject } from './object-body.ts'
import { isDryRun } from './parameters.ts'
import { presenterFor } from './present.ts'

/** `POST` to a collection. */
export async function createOne(backend: Backend, request: ResourceRequest): Promise<ApiResponse> {
  const presenter = presenterFor(backend, request, 'object')
  const { object, warnings } = readObject(request)
  const text = await createObject(backend, request.resource, object, {
    namespace: request.namespace,
    dryRun: isDryRun(request.info.query),
  })
  return respondJson(201, presenter.object(text), { format: presenter.format, headers: warningHeader(warnings) })
}
