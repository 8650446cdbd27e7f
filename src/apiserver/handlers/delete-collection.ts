import { type ApiResponse, isApiError } from '../../api/index.ts'
import { deleteObject } from '../registry/delete.ts'
import { decodeEntry } from '../registry/object-text.ts'
import { listServed } from '../registry/stored-form.ts'
import type { Backend, ResourceRequest } from '../server/context.ts'
import { respondJson } from '../server/response.ts'
import { deleteParameters } from './parameters.ts'
import { presenterFor } from './present.ts'
import { selectionOf } from './selection.ts'
import { writeContextOf } from './write-request.ts'

/** `DELETE` of a collection: deletes what is selected now, and lists it. */
export async function deleteCollection(backend: Backend, request: ResourceRequest): Promise<ApiResponse> {
  const presenter = presenterFor(backend, request, 'list')
  const options = deleteParameters(request)
  const context = writeContextOf(request, 'DeleteOptions', { ...options })
  const selection = selectionOf(backend, request)
  const { entries, revision } = await listServed(backend, request.resource, selection.prefix)
  const selected = entries.filter((entry) => selection.selects(entry))
  const deletions = await Promise.allSettled(
    selected.map((entry) =>
      deleteObject(backend, request.resource, decodeEntry(entry).metadata, { ...options, context }),
    ),
  )
  const failure = deletions.find((result) => result.status === 'rejected' && !isApiError(result.reason, 'NotFound'))
  if (failure?.status === 'rejected') throw failure.reason
  const texts = deletions.flatMap((result) => (result.status === 'fulfilled' ? [result.value.text] : []))
  return respondJson(200, presenter.list(texts, { resourceVersion: String(revision) }), { format: presenter.format })
}
