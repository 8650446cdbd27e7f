/** Reads a manifest that a client pushed: what it is, and what it refers to. */
import { type ParsedDigest, parseDigest } from '../digest.ts'
import { DistributionError } from '../errors.ts'
import type { Descriptor } from '../manifest.ts'
import { IMAGE_MANIFEST_TYPES, INDEX_TYPES } from '../media-types.ts'

export interface ManifestDocument {
  mediaType: string
  /** The type of the artifact, or of the config when there is none. */
  artifactType: string | undefined
  annotations: Record<string, string> | undefined
  /** Config and layers. Those with `urls` may live elsewhere and are left out. */
  blobs: ParsedDigest[]
  /** Manifests an index lists. They need not be here: an index may be sparse. */
  manifests: ParsedDigest[]
  subject: ParsedDigest | undefined
}

type Raw = Record<string, unknown>

/** Throws MANIFEST_INVALID, saying which field. `contentType` is the request's, without parameters. */
export function readManifestDocument(content: Uint8Array, contentType: string | undefined): ManifestDocument {
  const raw = parse(content)
  const declared = typeof raw.mediaType === 'string' ? raw.mediaType : undefined
  if (raw.schemaVersion !== 2) throw invalid('schemaVersion must be 2')
  if (declared !== undefined && contentType !== undefined && declared !== contentType)
    throw invalid(`mediaType is ${declared}, but the Content-Type header says ${contentType}`)
  const mediaType = declared ?? contentType
  if (mediaType === undefined) throw invalid('neither mediaType nor the Content-Type header says what it is')
  const isImage = IMAGE_MANIFEST_TYPES.includes(mediaType)
  if (!isImage && !INDEX_TYPES.includes(mediaType))
    throw new DistributionError(
      'MANIFEST_INVALID',
      415,
      `manifests of type ${mediaType.slice(0, 200)} are not supported`,
    )
  const config = isImage ? descriptor(raw.config, 'config') : undefined
  const layers = isImage ? descriptors(raw.layers, 'layers') : []
  const manifests = isImage ? [] : descriptors(raw.manifests, 'manifests')
  const subject = raw.subject === undefined ? undefined : descriptor(raw.subject, 'subject')
  return {
    mediaType,
    artifactType: typeof raw.artifactType === 'string' ? raw.artifactType : config?.mediaType,
    annotations: isStringRecord(raw.annotations) ? raw.annotations : undefined,
    blobs: [...(config === undefined ? [] : [config]), ...layers.filter((layer) => layer.urls === undefined)].map(
      digest,
    ),
    manifests: manifests.map(digest),
    subject: subject === undefined ? undefined : digest(subject),
  }
}

function parse(content: Uint8Array): Raw {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content))
  } catch (error) {
    throw invalid(`it is not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (!isObject(value)) throw invalid('it must be a JSON object')
  return value
}

function descriptors(value: unknown, field: string): Descriptor[] {
  if (!Array.isArray(value)) throw invalid(`${field} must be a list`)
  return value.map((item, index) => descriptor(item, `${field}[${index}]`))
}

function descriptor(value: unknown, field: string): Descriptor {
  if (!isObject(value)) throw invalid(`${field} must be a descriptor`)
  if (typeof value.mediaType !== 'string' || value.mediaType === '') throw invalid(`${field}.mediaType is missing`)
  if (typeof value.digest !== 'string' || parseDigest(value.digest) === undefined)
    throw invalid(`${field}.digest is not a sha256 or sha512 digest`)
  if (typeof value.size !== 'number' || !Number.isSafeInteger(value.size) || value.size < 0)
    throw invalid(`${field}.size must be a number of bytes`)
  return value as unknown as Descriptor
}

function digest(from: Descriptor): ParsedDigest {
  const parsed = parseDigest(from.digest)
  if (parsed === undefined) throw invalid(`${from.digest} is not a digest`)
  return parsed
}

function isObject(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isStringRecord(value: unknown): value is Record<string, string> {
  return isObject(value) && Object.values(value).every((item) => typeof item === 'string')
}

function invalid(what: string): DistributionError {
  return new DistributionError('MANIFEST_INVALID', 400, `the manifest is not valid: ${what}`)
}
