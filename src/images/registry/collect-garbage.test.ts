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

async function pushImage(layer: string, tag?: string): Promise<string> {
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
  await pushManifest({ ...to, reference: tag ?? image.manifestDigest, content: image.manifest })
  return image.manifestDigest
}

const has = async (digest: string) => (await new BlobStore(dir, clock).size(parseDigest(digest)!)) !== undefined

describe('collectGarbage', () => {
  it('removes what no manifest refers to, and leaves images whole', async () => {
    const manifest = await pushImage('a layer in use')
    const loose = await push('nobody refers to me')
    const result = await collectGarbage({ dir, clock, graceMs: -60_000 })
    expect(result).toMatchObject({ removedBlobs: 1, freedBytes: 'nobody refers to me'.length })
    expect(await has(loose)).toBe(false)
    expect(await has(digestOf('a layer in use'))).toBe(true)
    expect(await has(manifest)).toBe(true)
  })

  it('forgets images that nobody names, but those with a tag of their own, and the young', async () => {
    const images = {
      released: await pushImage('of a release'),
      tagged: await pushImage('by hand', 'v1'),
      before: await pushImage('deployed before', 'latest'),
      latest: await pushImage('deployed', 'latest'),
    }
    const named = [`registry.naru.localhost/app@${images.released}`, `registry.naru.localhost/other@${images.before}`]
    const left = async () =>
      Promise.all(Object.entries(images).map(async ([name, digest]) => ((await has(digest)) ? name : ''))).then((all) =>
        all.filter(Boolean),
      )
    expect(await collectGarbage({ dir, clock, graceMs: -60_000, named })).toMatchObject({ removedImages: 0 })
    expect(await collectGarbage({ dir, clock, graceMs: -60_000, keepMs: -60_000 })).toMatchObject({ removedImages: 0 })
    const byTag = [...named, 'registry.naru.localhost/app']
    expect(await collectGarbage({ dir, clock, graceMs: -60_000, keepMs: -60_000, named: byTag })).toMatchObject({
      removedImages: 1,
    })
    expect(await left()).toEqual(['released', 'tagged', 'latest'])
    await collectGarbage({ dir, clock, graceMs: -60_000, keepMs: -60_000, named })
    expect(await left()).toEqual(['released', 'tagged'])
    expect(await has(digestOf('of a release'))).toBe(true)
    expect(await has(digestOf('deployed'))).toBe(false)
  })

  it('keeps what a named index lists, and what refers to a named image', async () => {
    const listed = await pushImage('listed')
    const facts = (digest: string) => ({ mediaType: MEDIA_TYPE.manifest, digest, size: 1 })
    const put = async (document: object, mediaType: string): Promise<string> => {
      const content = JSON.stringify({ schemaVersion: 2, mediaType, ...document })
      const digest = digestOf(content)
      await pushManifest({
        registry: { address: registry.url, credentials },
        repository: 'app',
        mediaType,
        reference: digest,
        content: Buffer.from(content),
      })
      return digest
    }
    const index = await put({ manifests: [facts(listed)] }, MEDIA_TYPE.index)
    const referrer = await put({ manifests: [], subject: facts(index) }, MEDIA_TYPE.index)
    const loose = await put({ manifests: [] }, MEDIA_TYPE.index)
    await collectGarbage({
      dir,
      clock,
      graceMs: -60_000,
      keepMs: -60_000,
      named: [`registry.naru.localhost/app@${index}`],
    })
    expect(await Promise.all([index, listed, referrer, loose].map(has))).toEqual([true, true, true, false])
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
    await expect(collectGarbage({ dir, clock, graceMs: -60_000 })).rejects.toThrow(/manifest is not valid/)
    expect(await has(loose)).toBe(true)
  })
})
