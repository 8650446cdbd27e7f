import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock, silentLogger } from '../../lib/index.ts'
import { pushBlob, pushManifest } from '../client/push.ts'
import { digestOf, parseDigest } from '../digest.ts'
import { writeImage } from '../manifest.ts'
import { MEDIA_TYPE } from '../media-types.ts'
import { BlobStore } from './blob-store.ts'
import { collectGarbage } from './collect-garbage.ts'
import { openRegistry, type Registry } from './registry.ts'

const credentials = { username: 'u', password: 'p' }
const clock = new FakeClock(Date.now())
let dir: string
let registry: Registry

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'naru-gc-'))
  registry = await openRegistry({
    dir,
    listen: { host: '127.0.0.1', port: 0 },
    credentials,
    logger: silentLogger,
    clock,
  })
})

afterEach(async () => {
  await registry[Symbol.asyncDispose]()
  await rm(dir, { recursive: true, force: true })
})

async function push(content: string): Promise<string> {
  const descriptor = { digest: digestOf(content), size: content.length }
  await pushBlob({
    registry: { address: registry.url, credentials },
    repository: 'app',
    blob: { descriptor, open: () => Readable.from([Buffer.from(content)]) },
  })
  return descriptor.digest
}

async function pushImage(layer: string): Promise<string> {
  const digest = await push(layer)
  const image = writeImage({
    architecture: 'amd64',
    layers: [{ mediaType: MEDIA_TYPE.layerZstd, digest, size: layer.length, diffId: digest }],
    run: { user: '1', workingDir: '/', env: {}, command: ['x'] },
    history: ['x'],
    createdEpochSeconds: 0,
  })
  await push(Buffer.from(image.config).toString())
  const to = { registry: { address: registry.url, credentials }, repository: 'app', mediaType: MEDIA_TYPE.manifest }
  return pushManifest({ ...to, reference: image.manifestDigest, content: image.manifest })
}

const has = async (digest: string) => (await new BlobStore(dir, clock).size(parseDigest(digest)!)) !== undefined

describe('collectGarbage', () => {
  it('removes what no manifest refers to, and leaves images whole', async () => {
    const manifest = await pushImage('a layer in use')
    const loose = await push('nobody refers to me')
    const result = await collectGarbage({ dir, clock, graceMs: -1000 })
    expect(result).toMatchObject({ removedBlobs: 1, freedBytes: 'nobody refers to me'.length })
    expect(await has(loose)).toBe(false)
    expect(await has(digestOf('a layer in use'))).toBe(true)
    expect(await has(manifest)).toBe(true)
  })

  it('leaves young blobs alone', async () => {
    const loose = await push('just pushed')
    expect((await collectGarbage({ dir, clock, graceMs: 60_000 })).removedBlobs).toBe(0)
    expect(await has(loose)).toBe(true)
  })

  it('stops before removing anything when a manifest cannot be read', async () => {
    const manifest = await pushImage('layer')
    const loose = await push('loose')
    await writeFile(new BlobStore(dir, clock).path(parseDigest(manifest)!), 'garbage')
    await expect(collectGarbage({ dir, clock, graceMs: -1000 })).rejects.toThrow(/manifest is not valid/)
    expect(await has(loose)).toBe(true)
  })
})
