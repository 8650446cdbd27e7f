import type { ApiResponse } from '../../api/index.ts'
import { createObject } from '../registry/create.ts'
import type { Backend, ResourceRequest } from '../server/context.ts'
import { respondJson } from '../server/response.ts'
import { readObject } from './object-body.ts'
import { presenterFor } from './present.ts'
import { writeContextOf } from './write-request.ts'

/** `POST` to a collection. */
export async function createOne(backend: Backend, request: ResourceRequest): Promise<ApiResponse> {
  const presenter = presenterFor(backend, request, 'object')
  const context = writeContextOf(request, 'CreateOptions')
  const { object, warnings } = readObject(request)
  warnings.forEach(context.warn)
  const text = await createObject(backend, request.resource, object, { namespace: request.namespace, context })
  return respondJson(201, presenter.object(text), { format: presenter.format, headers: context.warningHeaders() })
}
