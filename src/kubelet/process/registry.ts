/** Pulls an image's manifest, configuration and layers over HTTP, each checked against its digest. Source: OCI
 *  distribution-spec v1.1, image-spec v1.1. */
import { createHash } from 'node:crypto'
import { Readable, Transform } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { errorMessage } from '../../lib/index.ts'
import { RuntimeError } from '../errors.ts'
import type { RegistryCredentials } from '../runtime/runtime.ts'
import type { ImageReference } from './reference.ts'

export interface Descriptor {
  mediaType: string
  digest: string
  size: number
  annotations?: Record<string, string>
  platform?: { os: string; architecture: string }
}

export interface Manifest {
  config: Descriptor
  layers: Descriptor[]
}

/** The part of an image's configuration that a process is started from. */
export interface ImageConfig {
  config?: {
    Entrypoint?: string[] | null
    Cmd?: string[] | null
    Env?: string[] | null
    WorkingDir?: string
    User?: string
    StopSignal?: string
  }
}

export interface RegistryAccess {
  /** `http://127.0.0.1:5000` */
  address: string
  credentials?: RegistryCredentials | undefined
  signal?: AbortSignal | undefined
}

const MANIFESTS = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]
const MANIFEST_LIMIT_BYTES = 4 << 20

async function get(access: RegistryAccess, path: string, accept: string): Promise<Response> {
  const headers: Record<string, string> = { accept }
  if (access.credentials !== undefined) {
    const { username, password } = access.credentials
    headers.authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  }
  let response: Response
  try {
    response = await fetch(`${access.address}/v2/${path}`, { headers, ...(access.signal && { signal: access.signal }) })
  } catch (error) {
    throw new RuntimeError('Unavailable', `the registry at ${access.address} did not answer: ${errorMessage(error)}`)
  }
  if (response.ok) return response
  const text = (await response.text()).slice(0, 300)
  const reason = response.status === 404 ? 'NotFound' : response.status === 401 ? 'Unauthorized' : 'Failed'
  throw new RuntimeError(reason, `the registry answered ${response.status} to ${path}: ${text}`)
}

const digestOf = (data: Uint8Array) => `sha256:${createHash('sha256').update(data).digest('hex')}`

async function verified(response: Response, digest: string | undefined): Promise<Buffer> {
  const data = Buffer.from(await response.arrayBuffer())
  if (data.length > MANIFEST_LIMIT_BYTES)
    throw new RuntimeError('Failed', `a manifest of ${data.length} bytes is too large`)
  if (digest !== undefined && digestOf(data) !== digest)
    throw new RuntimeError('Failed', `content does not have its digest ${digest}`)
  return data
}

export interface PulledManifest {
  digest: string
  manifest: Manifest
  config: ImageConfig
}

/** Of an index, the manifest for `architecture` on Linux. */
export async function fetchManifest(
  access: RegistryAccess,
  image: ImageReference,
  architecture: string,
): Promise<PulledManifest> {
  const wanted = image.reference.startsWith('sha256:') ? image.reference : undefined
  const path = `${image.repository}/manifests/${image.reference}`
  const data = await verified(await get(access, path, MANIFESTS.join(', ')), wanted)
  const document = parse<Partial<Manifest> & { manifests?: Descriptor[] }>(data, path)
  if (document.manifests !== undefined) {
    const match = document.manifests.find(
      ({ platform }) => platform === undefined || (platform.os === 'linux' && platform.architecture === architecture),
    )
    if (match === undefined)
      throw new RuntimeError('NotFound', `image ${path} has no manifest for linux/${architecture}`)
    return fetchManifest(access, { ...image, reference: match.digest }, architecture)
  }
  const { config, layers } = document
  if (config === undefined || layers === undefined) throw new RuntimeError('Failed', `${path} is not an image manifest`)
  const blob = await get(access, `${image.repository}/blobs/${config.digest}`, '*/*')
  return {
    digest: digestOf(data),
    manifest: { config, layers },
    config: parse<ImageConfig>(await verified(blob, config.digest), `config of ${path}`),
  }
}

function parse<T>(data: Buffer, what: string): T {
  try {
    return JSON.parse(data.toString('utf8')) as T
  } catch (error) {
    throw new RuntimeError('Failed', `${what} is not JSON`, { cause: error })
  }
}

/** By media type: OCI's `…tar+gzip` and `…tar+zstd`, docker's `…tar.gzip`; anything else is a plain tar. */
const DECOMPRESSORS: readonly [RegExp, () => Transform][] = [
  [/gzip$/, () => createGunzip()],
  [/\+zstd$/, () => createZstdDecompress()],
]

/** The layer as a tar stream; it fails at its end when the content does not have the digest. */
export async function fetchLayer(
  access: RegistryAccess,
  image: ImageReference,
  layer: Descriptor,
): Promise<NodeJS.ReadableStream> {
  const response = await get(access, `${image.repository}/blobs/${layer.digest}`, '*/*')
  if (response.body === null) throw new RuntimeError('Failed', `layer ${layer.digest} is empty`)
  const hash = createHash('sha256')
  const check = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      done(null, chunk)
    },
    flush(done) {
      const digest = `sha256:${hash.digest('hex')}`
      done(
        digest === layer.digest ? null : new RuntimeError('Failed', `a layer does not have its digest ${layer.digest}`),
      )
    },
  })
  const source = Readable.fromWeb(response.body)
  source.once('error', (error) => check.destroy(error))
  source.pipe(check)
  const decompressor = DECOMPRESSORS.find(([pattern]) => pattern.test(layer.mediaType))?.[1]()
  if (decompressor === undefined) return check
  check.once('error', (error) => decompressor.destroy(error))
  return check.pipe(decompressor)
}
