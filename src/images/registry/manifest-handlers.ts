/** Manifests by tag or digest, tags, referrers, the catalogue. Source: OCI distribution spec v1.1. */
import { hashFor, type ParsedDigest, parseDigest } from '../digest.ts'
import { DistributionError } from '../errors.ts'
import { isTag } from '../reference.ts'
import type { Descriptor } from '../manifest.ts'
import { MEDIA_TYPE } from '../media-types.ts'
import { readBody } from './body.ts'
import { requireDigest } from './blob-handlers.ts'
import { type RequestContext, sendEmpty, sendJson } from './context.ts'
import { type ManifestDocument, readManifestDocument } from './manifest-document.ts'

export async function serveManifest(context: RequestContext): Promise<void> {
  const { digest, descriptor } = await requireManifest(context)
  context.response.writeHead(200, {
    'Content-Type': descriptor.mediaType,
    'Content-Length': String(descriptor.size),
    'Docker-Content-Digest': format(digest),
    ETag: `"${format(digest)}"`,
  })
  if (context.request.method === 'HEAD') context.response.end()
  else context.response.end(await readAll(context, digest))
}

/** PUT. Everything it refers to must be here already; then the bytes, the referrer, the manifest and the tag become
 *  visible in that order, so a crash in between leaves nothing that points to what is missing. */
export async function putManifest(context: RequestContext): Promise<void> {
  const { name, reference, blobs, repositories } = context
  const announced = reference.includes(':') ? requireDigest(reference) : undefined
  if (announced === undefined && !isTag(reference)) throw new DistributionError('TAG_INVALID', 400, 'that is no tag')
  const content = await readBody(context.request, context.maxManifestBytes)
  const document = readManifestDocument(content, contentType(context))
  const algorithm = announced?.algorithm ?? 'sha256'
  const hex = hashFor({ algorithm, hex: '' }).update(content).digest('hex')
  const digest: ParsedDigest = { algorithm, hex }
  if (announced !== undefined && announced.hex !== hex)
    throw new DistributionError('DIGEST_INVALID', 400, `the manifest has digest ${format(digest)}`)
  await requireBlobs(context, document)
  const descriptor: Descriptor = { mediaType: document.mediaType, digest: format(digest), size: content.byteLength }
  await blobs.put(digest, content)
  if (document.subject !== undefined) {
    const { artifactType, annotations } = document
    await repositories.putReferrer(name, document.subject, digest, {
      ...descriptor,
      ...(artifactType === undefined ? {} : { artifactType }),
      ...(annotations === undefined ? {} : { annotations }),
    })
  }
  await repositories.putManifest(name, digest, descriptor)
  if (announced === undefined) await repositories.putTag(name, reference, format(digest))
  sendEmpty(context, 201, {
    Location: `/v2/${name}/manifests/${format(digest)}`,
    'Docker-Content-Digest': format(digest),
    ...(document.subject === undefined ? {} : { 'OCI-Subject': format(document.subject) }),
  })
}

/** DELETE of a tag removes the tag alone; of a digest, the manifest and every tag on it. */
export async function deleteManifest(context: RequestContext): Promise<void> {
  const { name, reference, repositories } = context
  if (!reference.includes(':')) {
    if (!isTag(reference) || !(await repositories.removeTag(name, reference))) throw unknownManifest(context)
    return sendEmpty(context, 202)
  }
  const { digest, descriptor } = await requireManifest(context)
  const document = readManifestDocument(await readAll(context, digest), descriptor.mediaType)
  await repositories.removeManifest(name, digest, document.subject)
  sendEmpty(context, 202)
}

export async function listTags(context: RequestContext): Promise<void> {
  const { name, repositories } = context
  if (!(await repositories.exists(name)))
    throw new DistributionError('NAME_UNKNOWN', 404, 'no such repository', { detail: { name } })
  const { page, headers } = paginate(context, await repositories.tags(name))
  sendJson(context, { name, tags: page }, headers)
}

export async function listRepositories(context: RequestContext): Promise<void> {
  const { page, headers } = paginate(context, await context.repositories.names())
  sendJson(context, { repositories: page }, headers)
}

export async function listReferrers(context: RequestContext): Promise<void> {
  const subject = requireDigest(context.reference)
  const artifactType = context.query.get('artifactType')
  const all = await context.repositories.referrers(context.name, subject)
  const manifests = artifactType === null ? all : all.filter((referrer) => referrer.artifactType === artifactType)
  const body = { schemaVersion: 2, mediaType: MEDIA_TYPE.index, manifests }
  sendJson(context, body, {
    'Content-Type': MEDIA_TYPE.index,
    ...(artifactType === null ? {} : { 'OCI-Filters-Applied': 'artifactType' }),
  })
}

/** `n` at most, those after `last` in order; the Link header leads to the rest. */
function paginate(context: RequestContext, sorted: string[]): { page: string[]; headers: Record<string, string> } {
  const { query, request } = context
  const last = query.get('last')
  const limitText = query.get('n')
  if (limitText !== null && !/^\d{1,9}$/.test(limitText))
    throw new DistributionError('UNSUPPORTED', 400, '"n" must be a number')
  const rest = last === null ? sorted : sorted.filter((item) => item > last)
  if (limitText === null) return { page: rest, headers: {} }
  const page = rest.slice(0, Number(limitText))
  const end = page.at(-1)
  if (end === undefined || page.length === rest.length) return { page, headers: {} }
  const path = (request.url ?? '').split('?')[0]
  return { page, headers: { Link: `<${path}?n=${limitText}&last=${encodeURIComponent(end)}>; rel="next"` } }
}

async function requireManifest(context: RequestContext): Promise<{ digest: ParsedDigest; descriptor: Descriptor }> {
  const { name, reference, repositories } = context
  const isByDigest = reference.includes(':')
  if (!isByDigest && !isTag(reference)) throw unknownManifest(context)
  const digest = isByDigest ? requireDigest(reference) : parseDigest((await repositories.tag(name, reference)) ?? '')
  const descriptor = digest === undefined ? undefined : await repositories.manifest(name, digest)
  if (digest === undefined || descriptor === undefined) throw unknownManifest(context)
  return { digest, descriptor }
}

async function requireBlobs(context: RequestContext, document: ManifestDocument): Promise<void> {
  for (const blob of document.blobs)
    if ((await context.blobs.size(blob)) === undefined)
      throw new DistributionError(
        'MANIFEST_BLOB_UNKNOWN',
        404,
        'the manifest refers to a blob that is not here; push it first',
        {
          detail: { digest: format(blob) },
        },
      )
}

async function readAll(context: RequestContext, digest: ParsedDigest): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of context.blobs.read(digest)) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function contentType({ request }: RequestContext): string | undefined {
  const value = request.headers['content-type']?.split(';')[0]?.trim()
  return value === '' ? undefined : value
}

function unknownManifest({ name, reference }: RequestContext): DistributionError {
  return new DistributionError('MANIFEST_UNKNOWN', 404, 'no such manifest in this repository', {
    detail: { name, reference: reference.slice(0, 160) },
  })
}

function format(digest: ParsedDigest): string {
  return `${digest.algorithm}:${digest.hex}`
}
