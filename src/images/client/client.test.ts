import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentLogger, systemClock } from '../../lib/index.ts'
import { digestOf } from '../digest.ts'
import { openRegistry, type Registry } from '../registry/registry.ts'
import { pullBlob, pullManifest } from './pull.ts'
import { pushBlob } from './push.ts'

const credentials = { username: 'u', password: 'p' }
const content = Buffer.alloc(300_000, 'naru')
const descriptor = { digest: digestOf(content), size: content.length }
const blob = { descriptor, open: () => Readable.from([content]) }
let dir: string
let registry: Registry
let broken: Server

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'naru-client-'))
  registry = await openRegistry({
    dir: join(dir, 'r'),
    listen: { host: '127.0.0.1', port: 0 },
    credentials,
    logger: silentLogger,
    clock: systemClock,
    maxBlobBytes: 500_000,
  })
  broken = createServer((_request, response) => response.end('not what was asked for')).listen(0, '127.0.0.1')
  await once(broken, 'listening')
})

afterAll(async () => {
  broken.close()
  await registry[Symbol.asyncDispose]()
  await rm(dir, { recursive: true, force: true })
})

const address = () => ({ address: registry.url, credentials })
const brokenAddress = () => ({ address: `http://127.0.0.1:${(broken.address() as AddressInfo).port}` })

describe('pushBlob', () => {
  it('uploads once, and then finds it there, or mounts it', async () => {
    expect(await pushBlob({ registry: address(), repository: 'a/b', blob })).toBe('uploaded')
    const never = { descriptor, open: () => expect.unreachable('it is there already') }
    expect(await pushBlob({ registry: address(), repository: 'a/b', blob: never })).toBe('present')
  })

  it('gives the registry its own words on a refusal in the middle of an upload', async () => {
    const large = Buffer.alloc(5_000_000)
    const push = pushBlob({
      registry: address(),
      repository: 'a',
      blob: { descriptor: { digest: digestOf(large), size: large.length }, open: () => Readable.from([large]) },
    })
    await expect(push).rejects.toMatchObject({ reason: 'Refused', status: 413 })
  })

  it.each([
    [
      'wrong credentials',
      () => ({ address: registry.url, credentials: { username: 'u', password: 'x' } }),
      'Unauthorized',
    ],
    ['nobody listening', () => ({ address: 'http://127.0.0.1:9' }), 'Unreachable'],
  ])('says so on %s', async (_name, to, reason) => {
    await expect(pushBlob({ registry: to(), repository: 'a', blob })).rejects.toMatchObject({ reason })
  })

  it('stops when asked to', async () => {
    await expect(
      pushBlob({ registry: address(), repository: 'a', blob, signal: AbortSignal.abort(new Error('stop')) }),
    ).rejects.toThrow('stop')
  })
})

describe('pullBlob and pullManifest', () => {
  it('writes a verified file', async () => {
    await pushBlob({ registry: address(), repository: 'a', blob })
    await pullBlob(address(), { repository: 'a', descriptor, file: join(dir, 'pulled', 'x') })
    expect(Buffer.compare(await readFile(join(dir, 'pulled', 'x')), content)).toBe(0)
  })

  it('refuses and removes content of another digest', async () => {
    await expect(
      pullBlob(brokenAddress(), { repository: 'a', descriptor, file: join(dir, 'bad', 'x') }),
    ).rejects.toMatchObject({ reason: 'Corrupt' })
    expect(await readdir(join(dir, 'bad'))).toEqual([])
    await expect(
      pullManifest(brokenAddress(), { repository: 'a', reference: descriptor.digest }),
    ).rejects.toMatchObject({ reason: 'Corrupt' })
  })

  it('gives undefined for a manifest that is not there', async () => {
    expect(await pullManifest(address(), { repository: 'a', reference: 'nope' })).toBeUndefined()
  })
})
