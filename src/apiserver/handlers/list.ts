import { apiError, type ApiResponse } from '../../api/index.ts'
import { type Entry, isStoreError } from '../../store/index.ts'
import { listServed } from '../registry/stored-form.ts'
import type { Backend, ResourceRequest } from '../server/context.ts'
import { expired, tooLargeResourceVersion } from '../server/failure.ts'
import { JSON_TYPE, respondJson } from '../server/response.ts'
import { decodePageToken, encodePageToken } from './page-token.ts'
import { integer, resourceVersion } from './parameters.ts'
import { type ListHead, presenterFor } from './present.ts'
import { checkListOptions } from './request-options.ts'
import { type Selection, selectionOf } from './selection.ts'

/** How many entries are looked through at a time when a selector drops some and `limit` asks for few. */
const CHUNK = 500

interface Page {
  entries: readonly Entry[]
  revision: number
  /** The key to go on after; absent when this was the last page. */
  next?: string
  /** How many follow; unknown when a selector drops some. */
  remaining?: number
}

/** `GET` of a collection. Consistent at the returned resourceVersion over all its pages. */
export async function listObjects(backend: Backend, request: ResourceRequest): Promise<ApiResponse> {
  const presenter = presenterFor(backend, request, 'list')
  const page = await readPage(backend, request)
  const head: ListHead = { resourceVersion: String(page.revision) }
  // As Kubernetes does of objects that it has no Go type for.
  if (request.model.custom !== undefined) head.continue = ''
  if (page.next !== undefined) head.continue = encodePageToken({ revision: page.revision, after: page.next })
  if (page.next !== undefined && page.remaining !== undefined) head.remainingItemCount = page.remaining
  const { format, aroundStored } = presenter
  const items = aroundStored && format.encoding === 'json' ? backend.listTexts.itemsOf(page.entries) : undefined
  if (aroundStored && items) {
    const [before, after] = aroundStored(head)
    const body = Buffer.concat([Buffer.from(before), items, Buffer.from(after)])
    return { status: 200, headers: { 'content-type': JSON_TYPE }, body }
  }
  const texts = page.entries.map((entry) => entry.value)
  return respondJson(200, presenter.list(texts, head), { format })
}

async function readPage(backend: Backend, request: ResourceRequest): Promise<Page> {
  const { query } = request.info
  const limit = Math.max(0, integer(query, 'limit') ?? 0)
  integer(query, 'timeoutSeconds')
  checkListOptions(query)
  const selection = selectionOf(backend, request)
  const token = query.get('continue')
  if (!token) return read(backend, selection, { limit, revision: revisionOf(backend, query) })
  const { revision, after } = decodePageToken(token, selection.prefix)
  if (query.get('resourceVersion') && query.get('resourceVersion') !== '0')
    throw apiError('BadRequest', 'specifying resource version is not allowed when using continue')
  try {
    return await read(backend, selection, { limit, after, revision: revision === -1 ? undefined : revision })
  } catch (error) {
    if (isStoreError(error, 'compacted')) throw expiredToken(after)
    throw error
  }
}

/** The revision to read at, or undefined for the current one. Source: "Semantics for get and list", v1.34. */
function revisionOf(backend: Backend, query: URLSearchParams): number | undefined {
  const match = query.get('resourceVersionMatch')
  const revision = resourceVersion(query, 'invalid resource version: ')
  if (revision !== undefined && revision > backend.store.revision)
    throw tooLargeResourceVersion(revision, backend.store.revision)
  return match === 'Exact' ? revision : undefined
}

async function read(
  backend: Backend,
  selection: Selection,
  options: { limit: number; after?: string; revision: number | undefined },
): Promise<Page> {
  const { limit } = options
  const { resource, prefix } = selection
  if (selection.everything) {
    const { entries, revision, remaining } = await listServed(backend, resource, prefix, options)
    return { entries, revision, ...(remaining > 0 && { next: lastKey(entries), remaining }) }
  }
  const selected: Entry[] = []
  let { after, revision } = options
  for (;;) {
    const chunk = await listServed(backend, resource, prefix, { after, revision, limit: limit === 0 ? 0 : CHUNK })
    revision = chunk.revision
    for (const entry of chunk.entries) {
      if (!selection.selects(entry)) continue
      if (limit > 0 && selected.length === limit) return { entries: selected, revision, next: lastKey(selected) }
      selected.push(entry)
    }
    if (chunk.remaining === 0) return { entries: selected, revision }
    after = lastKey(chunk.entries)
  }
}

const lastKey = (entries: readonly Entry[]) => entries.at(-1)?.key ?? ''

/** Carries a token with which the client may go on without consistency. */
function expiredToken(after: string) {
  const error = expired()
  error.status.message =
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.'
  error.status.metadata = { continue: encodePageToken({ revision: -1, after }) }
  return error
}
