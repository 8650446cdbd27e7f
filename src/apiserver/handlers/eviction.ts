import { type ApiResponse, apiError } from '../../api/index.ts'
import { decodeObject } from '../../api/machinery.ts'
import { admitSubresource } from '../admission/admit-subresource.ts'
import { evict } from '../eviction/evict.ts'
import type { Backend, ResourceRequest } from '../server/context.ts'
import { respondStatus, success } from '../server/response.ts'
import { readObject } from './object-body.ts'
import { deleteOptionsOf } from './parameters.ts'
import { dryRunOf } from './request-options.ts'
import { writeContextOf } from './write-request.ts'

const EVICTION = { group: 'policy', version: 'v1', kind: 'Eviction' } as const
/** Evictions of the version that is gone are still taken. */
const FORMER = 'policy/v1beta1'
const model = {
  decode: (value: unknown, options?: Parameters<typeof decodeObject>[2]) =>
    decodeObject(EVICTION, isFormer(value) ? { ...value, apiVersion: 'policy/v1' } : value, options),
}
const isFormer = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && 'apiVersion' in value && value.apiVersion === FORMER

/** `POST` to `pods/<name>/eviction`: deletes the pod with the options in the body. */
export async function evictPod(backend: Backend, request: ResourceRequest): Promise<ApiResponse> {
  const { object: eviction, warnings } = readObject({ ...request, model, resource: EVICTION })
  if (eviction.metadata.name !== request.name)
    throw apiError('BadRequest', 'name in URL does not match name in Eviction object')
  const options = eviction.deleteOptions ? deleteOptionsOf(eviction.deleteOptions) : {}
  const dryRun = dryRunOf(request.info.query).length > 0 || (options.dryRun ?? []).includes('All')
  const context = writeContextOf(request, 'DeleteOptions', { ...options, dryRun })
  warnings.forEach(context.warn)
  await admitSubresource(backend, request, { operation: 'CREATE', object: eviction, context })
  await evict(backend, request, { ...options, context: { ...context, admitted: true } })
  return respondStatus(success(undefined, 201), { headers: context.warningHeaders() })
}
