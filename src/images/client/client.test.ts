import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentLogger, systemClock } from '../../lib/index.ts'
import { digestOf } from '../digest.ts'
import { openRegistry, type Registry } from '../registry/registry.ts'
import { pushBlob } from './push.ts'

const credentials = { username: 'u', password: 'p' }
const content = Buffer.alloc(300_000, 'naru')
const descriptor = { digest: digestOf(content), size: content.length }
const blob = { descriptor, open: () => Readable.from([content]) }
let dir: string
let registry: Registry

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
})

afterAll(async () => {
  await registry[Symbol.asyncDispose]()
  await rm(dir, { recursive: true, force: true })
})

const address = () => ({ address: registry.url, credentials })

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
