/** HEAD and GET of blobs, with byte ranges. Source: OCI distribution spec v1.1, "Pulling blobs"; RFC 9110, 14. */
import { pipeline } from 'node:stream/promises'
import { type ParsedDigest, parseDigest } from '../digest.ts'
import { DistributionError } from '../errors.ts'
import { type RequestContext } from './context.ts'

export async function serveBlob(context: RequestContext): Promise<void> {
  const { request, response, blobs } = context
  const digest = requireDigest(context.reference)
  const size = await blobs.size(digest)
  if (size === undefined)
    throw new DistributionError('BLOB_UNKNOWN', 404, 'no such blob', { detail: { digest: context.reference } })
  const range = parseRange(request.headers.range, size)
  if (range === 'unsatisfiable')
    throw new DistributionError('RANGE_INVALID', 416, `the blob has ${size} bytes`, {
      headers: { 'Content-Range': `bytes */${size}` },
    })
  response.writeHead(range === undefined ? 200 : 206, {
    'Content-Type': 'application/octet-stream',
    'Docker-Content-Digest': context.reference,
    'Accept-Ranges': 'bytes',
    ETag: `"${context.reference}"`,
    'Content-Length': String(range === undefined ? size : range.end - range.start + 1),
    ...(range === undefined ? {} : { 'Content-Range': `bytes ${range.start}-${range.end}/${size}` }),
  })
  if (request.method === 'HEAD' || size === 0) response.end()
  else await pipeline(blobs.read(digest, range), response)
}

/** One byte range of a `Range` header. Several ranges and other units are ignored, as RFC 9110 allows. */
export function parseRange(
  header: string | undefined,
  size: number,
): { start: number; end: number } | 'unsatisfiable' | undefined {
  const match = header === undefined ? null : /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header.trim())
  if (match === null) return undefined
  const [, first = '', last = ''] = match
  if (first === '') {
    const suffix = Number(last)
    if (last === '') return undefined
    if (suffix === 0 || size === 0) return 'unsatisfiable'
    return { start: Math.max(0, size - suffix), end: size - 1 }
  }
  const start = Number(first)
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (last !== '' && Number(last) < start) return undefined
  return start >= size ? 'unsatisfiable' : { start, end }
}

/** Throws DIGEST_INVALID. */
export function requireDigest(text: string): ParsedDigest {
  const digest = parseDigest(text)
  if (digest === undefined)
    throw new DistributionError(
      'DIGEST_INVALID',
      400,
      'a digest is "sha256:" with 64 hexadecimal digits, or "sha512:" with 128',
    )
  return digest
}
