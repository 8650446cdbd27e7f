import { type ApiResponse, apiError } from '../../api/index.ts'
import { admitSubresource } from '../admission/admit-subresource.ts'
import { deleteObject } from '../registry/delete.ts'
import type { Backend, ResourceRequest } from '../server/context.ts'
import { parseBody } from '../server/request-body.ts'
import { respondStatus, success } from '../server/response.ts'
import { deleteOptionsOf } from './parameters.ts'
import { dryRunOf } from './request-options.ts'
import { writeContextOf } from './write-request.ts'

/** `POST` to `pods/<name>/eviction`: deletes the pod with the options in the body. */
export async function evictPod(backend: Backend, request: ResourceRequest): Promise<ApiResponse> {
  const eviction = parseBody(request.request.body, 'json')
  if (typeof eviction !== 'object' || eviction === null)
    throw apiError('BadRequest', 'the body of an eviction must be an Eviction object')
  const named = 'metadata' in eviction ? (eviction.metadata as { name?: unknown } | null)?.name : undefined
  if (named !== request.name) throw apiError('BadRequest', 'name in URL does not match name in Eviction object')
  const options = 'deleteOptions' in eviction && eviction.deleteOptions ? deleteOptionsOf(eviction.deleteOptions) : {}
  const dryRun = dryRunOf(request.info.query).length > 0 || (options.dryRun ?? []).includes('All')
  const context = writeContextOf(request, 'DeleteOptions', { ...options, dryRun })
  const object = { ...eviction, apiVersion: 'policy/v1', kind: 'Eviction' }
  await admitSubresource(backend, request, { operation: 'CREATE', object, context })
  await deleteObject(backend, request.resource, request, { ...options, context: { ...context, admitted: true } })
  return respondStatus(success(undefined, 201))
}
