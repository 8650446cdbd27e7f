/** Reads manifests and blobs from a registry, verified against their digests. */
import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { hashFor, parseDigest } from '../digest.ts'
import { RegistryClientError } from '../errors.ts'
import type { Descriptor } from '../manifest.ts'
import { IMAGE_MANIFEST_TYPES, INDEX_TYPES } from '../media-types.ts'
import { readAll, refusal, type RegistryAddress, send } from './http.ts'

export interface PulledManifest {
  content: Buffer
  mediaType: string
  digest: string
}

/** The manifest behind a tag or a digest, or undefined when there is none. Throws RegistryClientError. */
export async function pullManifest(
  registry: RegistryAddress,
  image: { repository: string; reference: string; signal?: AbortSignal },
): Promise<PulledManifest | undefined> {
  const { repository, reference, signal } = image
  const answer = await send(registry, {
    method: 'GET',
    path: `/v2/${repository}/manifests/${reference}`,
    headers: { Accept: [...IMAGE_MANIFEST_TYPES, ...INDEX_TYPES].join(', ') },
    signal,
  })
  if (answer.statusCode === 404) {
    await readAll(answer)
    return undefined
  }
  if (answer.statusCode !== 200) throw await refusal(answer, `pulling the manifest ${repository}:${reference}`)
  const content = await readAll(answer)
  const expected = parseDigest(reference) ?? { algorithm: 'sha256' as const, hex: '' }
  const hex = hashFor(expected).update(content).digest('hex')
  if (expected.hex !== '' && expected.hex !== hex)
    throw new RegistryClientError('Corrupt', `the manifest ${repository}@${reference} does not have that digest`)
  return { content, mediaType: answer.headers['content-type'] ?? '', digest: `${expected.algorithm}:${hex}` }
}

/** Writes a blob to `file`, whole and verified or not at all. Throws RegistryClientError. */
export async function pullBlob(
  registry: RegistryAddress,
  blob: { repository: string; descriptor: Pick<Descriptor, 'digest' | 'size'>; file: string; signal?: AbortSignal },
): Promise<void> {
  const { repository, descriptor, file, signal } = blob
  const digest = parseDigest(descriptor.digest)
  if (digest === undefined) throw new RegistryClientError('Corrupt', `${descriptor.digest} is not a digest`)
  const answer = await send(registry, { method: 'GET', path: `/v2/${repository}/blobs/${descriptor.digest}`, signal })
  if (answer.statusCode !== 200) throw await refusal(answer, `pulling ${descriptor.digest}`)
  const hash = hashFor(digest)
  await mkdir(dirname(file), { recursive: true })
  const temporary = `${file}.${randomUUID()}.tmp`
  let size = 0
  const check = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      size += chunk.byteLength
      done(
        size > descriptor.size
          ? new RegistryClientError('Corrupt', `${descriptor.digest} is longer than announced`)
          : null,
        chunk,
      )
    },
  })
  try {
    await pipeline(answer, check, createWriteStream(temporary, { flush: true }))
    if (size !== descriptor.size || hash.digest('hex') !== digest.hex)
      throw new RegistryClientError('Corrupt', `the content of ${descriptor.digest} does not have that digest`)
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}
