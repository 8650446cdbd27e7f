/** Removes what nobody needs: images that are not named any more, then blobs that no manifest refers to (mark and sweep). */
import { readdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../lib/index.ts'
import { type ParsedDigest, parseDigest } from '../digest.ts'
import { BlobStore } from './blob-store.ts'
import { forgetManifests } from './forget-manifests.ts'
import { readManifestDocument } from './manifest-document.ts'
import { RepositoryStore } from './repository-store.ts'
import { UploadStore } from './upload-store.ts'

export interface CollectGarbageOptions {
  /** The folder of a registry; it may be running. */
  dir: string
  clock: Clock
  /** Blobs and uploads younger than this stay: a push under way may be about to refer to them. Default one day. */
  graceMs?: number
  /** The images that somebody names; others go (see `forget-manifests.ts`). Left out, all images stay. */
  named?: readonly string[]
  /** So long an image stays after its last push, named or not. Default seven days. */
  keepMs?: number
  signal?: AbortSignal
}

export interface CollectedGarbage {
  removedImages: number
  removedBlobs: number
  /** Bytes freed. */
  freedBytes: number
  removedUploads: number
}

/** Every manifest of every repository keeps its blobs. A manifest that cannot be read stops the collection before
 *  anything is removed. */
export async function collectGarbage(options: CollectGarbageOptions): Promise<CollectedGarbage> {
  const before = options.clock.now() - (options.graceMs ?? 86_400_000)
  const removedImages = await forget(options)
  const marked = await mark(options)
  const result: CollectedGarbage = { removedImages, removedBlobs: 0, freedBytes: 0, removedUploads: 0 }
  for await (const { path, digest } of blobFiles(options.dir)) {
    options.signal?.throwIfAborted()
    const facts = await stat(path).catch(() => undefined)
    if (facts === undefined || facts.mtimeMs >= before || (digest !== undefined && marked.has(digest))) continue
    await unlink(path)
    result.removedBlobs += 1
    result.freedBytes += facts.size
  }
  const blobs = new BlobStore(options.dir, options.clock)
  result.removedUploads = await new UploadStore(options.dir, blobs, 0).removeOlderThan(before)
  return result
}

async function forget({ dir, clock, named, keepMs = 7 * 86_400_000, signal }: CollectGarbageOptions): Promise<number> {
  if (named === undefined) return 0
  const stores = { blobs: new BlobStore(dir, clock), repositories: new RepositoryStore(dir) }
  return forgetManifests({ ...stores, named, before: clock.now() - keepMs, signal })
}

async function mark(options: CollectGarbageOptions): Promise<Set<string>> {
  const blobs = new BlobStore(options.dir, options.clock)
  const repositories = new RepositoryStore(options.dir)
  const marked = new Set<string>()
  for (const name of await repositories.names())
    for (const digest of await repositories.manifests(name)) {
      options.signal?.throwIfAborted()
      marked.add(format(digest))
      const descriptor = await repositories.manifest(name, digest)
      if (descriptor === undefined) continue
      const chunks: Buffer[] = []
      for await (const chunk of blobs.read(digest)) chunks.push(chunk as Buffer)
      for (const blob of readManifestDocument(Buffer.concat(chunks), descriptor.mediaType).blobs)
        marked.add(format(blob))
    }
  return marked
}

/** Files in `blobs`; those without a digest are leftovers of writes that a crash cut short. */
async function* blobFiles(dir: string): AsyncGenerator<{ path: string; digest: string | undefined }> {
  const root = join(dir, 'blobs')
  for (const algorithm of await names(root))
    for (const prefix of await names(join(root, algorithm)))
      for (const name of await names(join(root, algorithm, prefix))) {
        const digest = parseDigest(`${algorithm}:${name}`)
        yield { path: join(root, algorithm, prefix, name), digest: digest === undefined ? undefined : format(digest) }
      }
}

async function names(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => [])
}

function format(digest: ParsedDigest): string {
  return `${digest.algorithm}:${digest.hex}`
}
