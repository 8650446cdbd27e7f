/** Pushes an image: blobs that the registry lacks, then the manifest. */
import type { Readable } from 'node:stream'
import { RegistryClientError } from '../errors.ts'
import type { Descriptor } from '../manifest.ts'
import { readAll, refusal, type RegistryAddress, send } from './http.ts'

export interface BlobSource {
  descriptor: Pick<Descriptor, 'digest' | 'size'>
  /** Called only when the registry lacks the blob. */
  open: () => Readable
}

export interface PushBlobOptions {
  registry: RegistryAddress
  repository: string
  blob: BlobSource
  /** A repository of the same registry that may have the blob, to take it from. */
  mountFrom?: string
  signal?: AbortSignal | undefined
}

/** What was needed to have the blob there. */
export type PushedBlob = 'present' | 'mounted' | 'uploaded'

/** Throws RegistryClientError. */
export async function pushBlob(options: PushBlobOptions): Promise<PushedBlob> {
  const { registry, repository, blob, signal } = options
  const { digest, size } = blob.descriptor
  const base = `/v2/${repository}/blobs/`
  const head = await send(registry, { method: 'HEAD', path: base + digest, signal })
  await readAll(head)
  if (head.statusCode === 200) return 'present'
  if (head.statusCode !== 404) throw await refusal(head, `looking for ${digest}`)

  const mount = options.mountFrom === undefined ? '' : `?mount=${digest}&from=${encodeURIComponent(options.mountFrom)}`
  const started = await send(registry, {
    method: 'POST',
    path: `${base}uploads/${mount}`,
    headers: { 'Content-Length': '0' },
    signal,
  })
  if (started.statusCode === 201 && mount !== '') {
    await readAll(started)
    return 'mounted'
  }
  const location = started.headers.location
  if (started.statusCode !== 202 || location === undefined)
    throw await refusal(started, `starting the upload of ${digest}`)
  await readAll(started)

  const target = new URL(location, registry.address)
  target.searchParams.set('digest', digest)
  const finished = await send(registry, {
    method: 'PUT',
    path: target.href,
    headers: { 'Content-Type': 'application/octet-stream', 'Content-Length': String(size) },
    body: blob.open(),
    signal,
  })
  if (finished.statusCode !== 201) throw await refusal(finished, `uploading ${digest}`)
  await readAll(finished)
  return 'uploaded'
}

export interface PushManifestOptions {
  registry: RegistryAddress
  repository: string
  /** A tag or a digest. */
  reference: string
  mediaType: string
  content: Uint8Array
  signal?: AbortSignal | undefined
}

/** Returns the digest under which the registry has it. Throws RegistryClientError. */
export async function pushManifest(options: PushManifestOptions): Promise<string> {
  const { registry, repository, reference, content, signal } = options
  const answer = await send(registry, {
    method: 'PUT',
    path: `/v2/${repository}/manifests/${reference}`,
    headers: { 'Content-Type': options.mediaType, 'Content-Length': String(content.byteLength) },
    body: content,
    signal,
  })
  if (answer.statusCode !== 201) throw await refusal(answer, `pushing the manifest ${repository}:${reference}`)
  await readAll(answer)
  const digest = answer.headers['docker-content-digest']
  if (typeof digest !== 'string')
    throw new RegistryClientError('Corrupt', 'the registry did not say the digest of the manifest it took')
  return digest
}
