/** Uploads: in one request, in chunks, or taken over from another repository.
 *  Source: OCI distribution spec v1.1, "Pushing blobs". */
import { DistributionError } from '../errors.ts'
import { isRepositoryName } from '../reference.ts'
import { requireDigest } from './blob-handlers.ts'
import { type RequestContext, sendEmpty } from './context.ts'
import { uploadRange } from './upload-store.ts'

/** POST: starts an upload, or with `?digest` does it all, or with `?mount` takes a blob that is already here. */
export async function startUpload(context: RequestContext): Promise<void> {
  const mount = context.query.get('mount')
  if (mount !== null) {
    const digest = requireDigest(mount)
    const from = context.query.get('from')
    if (from !== null && !isRepositoryName(from))
      throw new DistributionError('NAME_INVALID', 400, '"from" is no repository name')
    if ((await context.blobs.size(digest)) !== undefined) return sendCreated(context, mount)
  }
  const announced = context.query.get('digest')
  if (announced === null) return sendProgress(context, await context.uploads.create(), 0)
  const digest = requireDigest(announced)
  const id = await context.uploads.create()
  try {
    await context.uploads.finish(id, digest, context.request)
  } catch (error) {
    await context.uploads.remove(id).catch(() => undefined)
    throw error
  }
  sendCreated(context, announced)
}

/** GET: how far it is. */
export async function showUpload(context: RequestContext): Promise<void> {
  const offset = await context.uploads.offset(context.reference)
  sendEmpty(context, 204, { ...uploadHeaders(context, context.reference, offset) })
}

/** PATCH: a chunk. */
export async function appendToUpload(context: RequestContext): Promise<void> {
  const { reference: id, request } = context
  sendProgress(context, id, await context.uploads.append(id, request, chunkStart(request.headers['content-range'])))
}

/** PUT: the last chunk, or none, and the digest. */
export async function finishUpload(context: RequestContext): Promise<void> {
  const { reference: id, request } = context
  const announced = context.query.get('digest')
  if (announced === null) throw new DistributionError('DIGEST_INVALID', 400, 'the query must have "digest"')
  const digest = requireDigest(announced)
  await context.uploads.finish(id, digest, request, chunkStart(request.headers['content-range']))
  sendCreated(context, announced)
}

export async function cancelUpload(context: RequestContext): Promise<void> {
  await context.uploads.remove(context.reference)
  sendEmpty(context, 204)
}

function sendProgress(context: RequestContext, id: string, offset: number): void {
  sendEmpty(context, 202, uploadHeaders(context, id, offset))
}

function sendCreated(context: RequestContext, digest: string): void {
  sendEmpty(context, 201, { Location: `/v2/${context.name}/blobs/${digest}`, 'Docker-Content-Digest': digest })
}

function uploadHeaders(context: RequestContext, id: string, offset: number): Record<string, string> {
  return {
    Location: `/v2/${context.name}/blobs/uploads/${id}`,
    Range: uploadRange(offset),
    'Docker-Upload-UUID': id,
    'OCI-Chunk-Min-Length': '0',
  }
}

/** The first byte's number in `Content-Range: <start>-<end>`. */
function chunkStart(header: string | undefined): number | undefined {
  if (header === undefined) return undefined
  const match = /^(?:bytes[ =])?(\d{1,15})-(\d{1,15})(?:\/(?:\d+|\*))?$/.exec(header.trim())
  if (match === null)
    throw new DistributionError('RANGE_INVALID', 416, 'Content-Range must be "<first byte>-<last byte>"')
  return Number(match[1])
}
