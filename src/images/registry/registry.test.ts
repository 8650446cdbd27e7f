import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentLogger, systemClock } from '../../lib/index.ts'
import { digestOf } from '../digest.ts'
import { MEDIA_TYPE } from '../media-types.ts'
import { openRegistry, type Registry } from './registry.ts'

const credentials = { username: 'naru', password: 'correct horse' }
const authorization = `Basic ${Buffer.from('naru:correct horse').toString('base64')}`

let dir: string
let registry: Registry

const open = () =>
  openRegistry({
    dir,
    listen: { host: '127.0.0.1', port: 0 },
    credentials,
    logger: silentLogger,
    clock: systemClock,
    maxBlobBytes: 1_000_000,
    maxManifestBytes: 10_000,
  })

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'naru-registry-'))
  registry = await open()
})

afterAll(async () => {
  await registry[Symbol.asyncDispose]()
  await rm(dir, { recursive: true, force: true })
})

interface CallOptions {
  headers?: Record<string, string>
  body?: string | Uint8Array<ArrayBuffer>
}

function call(method: string, path: string, { headers = {}, body }: CallOptions = {}): Promise<Response> {
  const url = new URL(path, registry.url)
  return fetch(url, {
    method,
    headers: { authorization, ...headers },
    ...(body === undefined ? {} : { body }),
  })
}

async function errorCode(response: Response): Promise<string | undefined> {
  const body = (await response.json()) as { errors: { code: string; message: string }[] }
  expect(body.errors[0]?.message).not.toBe('')
  return body.errors[0]?.code
}

async function pushBlob(name: string, content: string | Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = digestOf(content)
  const response = await call('POST', `/v2/${name}/blobs/uploads/?digest=${digest}`, { body: content })
  expect(response.status).toBe(201)
  return digest
}

async function imageManifest(name: string, extra: object = {}): Promise<string> {
  const config = await pushBlob(name, '{}')
  const layer = await pushBlob(name, 'layer')
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.manifest,
    config: { mediaType: MEDIA_TYPE.config, digest: config, size: 2 },
    layers: [{ mediaType: MEDIA_TYPE.layerZstd, digest: layer, size: 5 }],
    ...extra,
  })
}

function putManifest(
  name: string,
  reference: string,
  body: string,
  type: string = MEDIA_TYPE.manifest,
): Promise<Response> {
  return call('PUT', `/v2/${name}/manifests/${reference}`, { headers: { 'content-type': type }, body })
}

describe('authentication', () => {
  it.each([
    ['no credentials', {}],
    ['a wrong password', { authorization: `Basic ${Buffer.from('naru:wrong').toString('base64')}` }],
    ['another scheme', { authorization: 'Bearer correct horse' }],
    ['rubbish', { authorization: 'Basic !!!' }],
  ])('refuses %s on every path', async (_name, headers) => {
    for (const path of ['/v2/', '/v2/a/tags/list', '/elsewhere']) {
      const response = await fetch(registry.url + path, { headers: headers as Record<string, string> })
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toMatch(/^Basic realm=/)
      expect(await errorCode(response)).toBe('UNAUTHORIZED')
    }
  })

  it('lets the right ones in', async () => {
    expect((await call('GET', '/v2/')).status).toBe(200)
  })
})

describe('names and paths', () => {
  it.each([
    ['/v2/UPPER/tags/list', 400, 'NAME_INVALID'],
    ['/v2/a//b/tags/list', 400, 'NAME_INVALID'],
    ['/v2/a/..%2f..%2fetc/manifests/latest', 400, 'NAME_INVALID'],
    ['/v2/_manifests/tags/list', 400, 'NAME_INVALID'],
    [`/v2/${'a'.repeat(300)}/tags/list`, 400, 'NAME_INVALID'],
    ['/v2/a/blobs/sha256:short', 400, 'DIGEST_INVALID'],
    [`/v2/a/blobs/md5:${'0'.repeat(32)}`, 400, 'DIGEST_INVALID'],
    ['/v2/a/blobs/..%2f..%2fpassword', 404, 'UNSUPPORTED'],
    ['/v2/a/manifests/.hidden', 404, 'MANIFEST_UNKNOWN'],
    ['/v2/nowhere/tags/list', 404, 'NAME_UNKNOWN'],
    ['/v2/%zz/tags/list', 400, 'NAME_INVALID'],
    ['/v1/search', 404, 'UNSUPPORTED'],
  ])('answers GET %s with %i %s', async (path, status, code) => {
    const response = await call('GET', path)
    expect([response.status, await errorCode(response)]).toEqual([status, code])
  })

  it('says which methods a path has', async () => {
    const response = await call('PUT', '/v2/a/tags/list')
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET'])
  })
})

describe('blobs', () => {
  it('takes one in a single POST and gives it back, verified', async () => {
    const content = randomBytes(100_000)
    const digest = await pushBlob('one/post', content)
    const response = await call('GET', `/v2/one/post/blobs/${digest}`)
    expect(response.headers.get('docker-content-digest')).toBe(digest)
    expect(Buffer.compare(Buffer.from(await response.arrayBuffer()), content)).toBe(0)
  })

  it('takes one in POST and PUT', async () => {
    const started = await call('POST', '/v2/app/blobs/uploads/')
    expect([started.status, started.headers.get('range')]).toEqual([202, '0-0'])
    const location = started.headers.get('location') ?? ''
    const digest = digestOf('monolithic')
    const finished = await call('PUT', `${location}?digest=${digest}`, { body: 'monolithic' })
    expect([finished.status, finished.headers.get('location')]).toEqual([201, `/v2/app/blobs/${digest}`])
    expect((await call('GET', location)).status).toBe(404)
  })

  it('takes one in chunks, refuses one that does not follow, and says where to go on', async () => {
    const location = (await call('POST', '/v2/app/blobs/uploads/')).headers.get('location') ?? ''
    const first = await call('PATCH', location, { body: 'abc', headers: { 'content-range': '0-2' } })
    expect([first.status, first.headers.get('range')]).toEqual([202, '0-2'])
    const gap = await call('PATCH', location, { body: 'xyz', headers: { 'content-range': '7-9' } })
    expect([gap.status, gap.headers.get('range')]).toEqual([416, '0-2'])
    expect((await call('GET', location)).headers.get('range')).toBe('0-2')
    await call('PATCH', location, { body: 'def', headers: { 'content-range': '3-5' } })
    const digest = digestOf('abcdefg')
    const finished = await call('PUT', `${location}?digest=${digest}`, {
      body: 'g',
      headers: { 'content-range': '6-6' },
    })
    expect(finished.status).toBe(201)
    expect(await (await call('GET', `/v2/app/blobs/${digest}`)).text()).toBe('abcdefg')
  })

  it('refuses content of another digest and keeps nothing of it', async () => {
    const announced = digestOf('what was announced')
    const response = await call('POST', `/v2/app/blobs/uploads/?digest=${announced}`, { body: 'something else' })
    expect([response.status, await errorCode(response)]).toEqual([400, 'DIGEST_INVALID'])
    expect((await call('HEAD', `/v2/app/blobs/${announced}`)).status).toBe(404)
    expect(await readdir(join(dir, 'uploads'))).not.toContain(announced)
  })

  it('takes sha512 digests too', async () => {
    const digest = `sha512:${createHash('sha512').update('long').digest('hex')}`
    expect((await call('POST', `/v2/app/blobs/uploads/?digest=${digest}`, { body: 'long' })).status).toBe(201)
    expect(await (await call('GET', `/v2/app/blobs/${digest}`)).text()).toBe('long')
  })

  it('refuses one past the limit', async () => {
    const content = new Uint8Array(1_000_001)
    const response = await call('POST', `/v2/app/blobs/uploads/?digest=${digestOf(content)}`, { body: content })
    expect([response.status, await errorCode(response)]).toEqual([413, 'SIZE_INVALID'])
  })

  it('cancels an upload', async () => {
    const location = (await call('POST', '/v2/app/blobs/uploads/')).headers.get('location') ?? ''
    expect((await call('DELETE', location)).status).toBe(204)
    expect(await errorCode(await call('PATCH', location, { body: 'x' }))).toBe('BLOB_UPLOAD_UNKNOWN')
  })

  it.each(['../../etc/passwd', 'not-a-uuid', '00000000-0000-0000-0000-000000000000'])(
    'knows no upload %j',
    async (id) => {
      const response = await call('GET', `/v2/app/blobs/uploads/${encodeURIComponent(id)}`)
      expect(response.status).toBe(404)
    },
  )

  it('mounts what another repository has and starts an upload for what none has', async () => {
    const digest = await pushBlob('source/repo', 'to be mounted')
    const mounted = await call('POST', `/v2/target/repo/blobs/uploads/?mount=${digest}&from=source/repo`)
    expect([mounted.status, mounted.headers.get('location')]).toEqual([201, `/v2/target/repo/blobs/${digest}`])
    expect(
      (await call('POST', `/v2/target/repo/blobs/uploads/?mount=${digestOf('nowhere')}&from=source/repo`)).status,
    ).toBe(202)
  })

  it.each([
    ['bytes=0-3', 206, 'bytes 0-3/10', '0123'],
    ['bytes=4-', 206, 'bytes 4-9/10', '456789'],
    ['bytes=-2', 206, 'bytes 8-9/10', '89'],
    ['bytes=8-100', 206, 'bytes 8-9/10', '89'],
    ['bytes=10-', 416, 'bytes */10', undefined],
    ['bytes=-0', 416, 'bytes */10', undefined],
    ['bytes=3-1', 200, null, '0123456789'],
    ['lines=1-2', 200, null, '0123456789'],
  ])('answers Range: %s with %i', async (range, status, contentRange, body) => {
    const digest = await pushBlob('app', '0123456789')
    const response = await call('GET', `/v2/app/blobs/${digest}`, { headers: { range } })
    expect([response.status, response.headers.get('content-range')]).toEqual([status, contentRange])
    if (body !== undefined) expect(await response.text()).toBe(body)
  })

  it('leaves the removal of blobs to garbage collection', async () => {
    const digest = await pushBlob('app', 'stays')
    expect((await call('DELETE', `/v2/app/blobs/${digest}`)).status).toBe(405)
  })
})

describe('manifests', () => {
  it('gives one back by tag and by digest with its type, byte for byte', async () => {
    const manifest = await imageManifest('app')
    const put = await putManifest('app', 'v1', manifest)
    expect([put.status, put.headers.get('docker-content-digest')]).toEqual([201, digestOf(manifest)])
    for (const reference of ['v1', digestOf(manifest)]) {
      const response = await call('GET', `/v2/app/manifests/${reference}`)
      expect(response.headers.get('content-type')).toBe(MEDIA_TYPE.manifest)
      expect(await response.text()).toBe(manifest)
    }
    const head = await call('HEAD', '/v2/app/manifests/v1')
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(manifest.length)])
  })

  it.each([
    ['not JSON', '{', 400, 'MANIFEST_INVALID'],
    ['a list', '[]', 400, 'MANIFEST_INVALID'],
    ['schema version 1', '{"schemaVersion":1}', 400, 'MANIFEST_INVALID'],
    ['no config', '{"schemaVersion":2,"layers":[]}', 400, 'MANIFEST_INVALID'],
    [
      'a bad digest',
      '{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"x","size":1},"layers":[]}',
      400,
      'MANIFEST_INVALID',
    ],
    ['another type in the header', '{"schemaVersion":2,"mediaType":"text/plain"}', 400, 'MANIFEST_INVALID'],
    ['too much', `"${'x'.repeat(20_000)}"`, 413, 'SIZE_INVALID'],
    [
      'a missing blob',
      `{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"${digestOf('never pushed')}","size":1},"layers":[]}`,
      404,
      'MANIFEST_BLOB_UNKNOWN',
    ],
  ])('refuses %s', async (_name, body, status, code) => {
    const response = await putManifest('broken', 'latest', body)
    expect([response.status, await errorCode(response)]).toEqual([status, code])
    expect((await call('GET', '/v2/broken/manifests/latest')).status).toBe(404)
  })

  it('refuses a bad tag, a type it does not know, and a digest that does not fit', async () => {
    const manifest = await imageManifest('app')
    expect(await errorCode(await putManifest('app', '-bad', manifest))).toBe('TAG_INVALID')
    expect((await putManifest('app', 'v1', '{"schemaVersion":2}', 'text/plain')).status).toBe(415)
    expect(await errorCode(await putManifest('app', digestOf('other'), manifest))).toBe('DIGEST_INVALID')
  })

  it('takes an index and an image of Docker media types', async () => {
    const docker = (await imageManifest('types')).replace(MEDIA_TYPE.manifest, MEDIA_TYPE.dockerManifest)
    expect((await putManifest('types', 'docker', docker, MEDIA_TYPE.dockerManifest)).status).toBe(201)
    const index = JSON.stringify({
      schemaVersion: 2,
      manifests: [{ mediaType: MEDIA_TYPE.dockerManifest, digest: digestOf(docker), size: docker.length }],
    })
    expect((await putManifest('types', 'index', index, MEDIA_TYPE.index)).status).toBe(201)
    expect((await call('GET', '/v2/types/manifests/index')).headers.get('content-type')).toBe(MEDIA_TYPE.index)
  })

  it('deletes a tag alone, and with a digest every tag on it', async () => {
    const manifest = await imageManifest('gone')
    for (const tag of ['a', 'b', 'c']) await putManifest('gone', tag, manifest)
    expect((await call('DELETE', '/v2/gone/manifests/a')).status).toBe(202)
    expect((await call('GET', `/v2/gone/manifests/${digestOf(manifest)}`)).status).toBe(200)
    expect((await call('DELETE', `/v2/gone/manifests/${digestOf(manifest)}`)).status).toBe(202)
    expect(await (await call('GET', '/v2/gone/tags/list')).json()).toEqual({ name: 'gone', tags: [] })
    expect((await call('DELETE', `/v2/gone/manifests/${digestOf(manifest)}`)).status).toBe(404)
  })

  it('lists tags page by page', async () => {
    const manifest = await imageManifest('paged')
    for (const tag of ['c', 'a', 'b']) await putManifest('paged', tag, manifest)
    const first = await call('GET', '/v2/paged/tags/list?n=2')
    expect(await first.json()).toEqual({ name: 'paged', tags: ['a', 'b'] })
    const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? ''
    const second = await call('GET', next)
    expect(await second.json()).toEqual({ name: 'paged', tags: ['c'] })
    expect(second.headers.get('link')).toBeNull()
    expect((await call('GET', '/v2/paged/tags/list?n=x')).status).toBe(400)
  })

  it('lists referrers, filtered by artifact type', async () => {
    const subject = await imageManifest('signed')
    await putManifest('signed', 'latest', subject)
    const about = { mediaType: MEDIA_TYPE.manifest, digest: digestOf(subject), size: subject.length }
    for (const artifactType of ['application/x.sbom', 'application/x.signature']) {
      const referrer = await imageManifest('signed', {
        artifactType,
        subject: about,
        annotations: { by: artifactType },
      })
      const put = await putManifest('signed', digestOf(referrer), referrer)
      expect(put.headers.get('oci-subject')).toBe(digestOf(subject))
    }
    const all = await call('GET', `/v2/signed/referrers/${digestOf(subject)}`)
    expect(all.headers.get('content-type')).toBe(MEDIA_TYPE.index)
    expect(((await all.json()) as { manifests: unknown[] }).manifests).toHaveLength(2)
    const some = await call('GET', `/v2/signed/referrers/${digestOf(subject)}?artifactType=application/x.sbom`)
    expect(some.headers.get('oci-filters-applied')).toBe('artifactType')
    expect(await some.json()).toMatchObject({
      manifests: [{ artifactType: 'application/x.sbom', annotations: { by: 'application/x.sbom' } }],
    })
    const none = await call('GET', `/v2/signed/referrers/${digestOf('nobody')}`)
    expect(await none.json()).toMatchObject({ schemaVersion: 2, manifests: [] })
  })
})

describe('after a restart', () => {
  it('goes on with an upload, has everything acknowledged, and drops stale uploads', async () => {
    const digest = await pushBlob('kept', 'kept')
    const location = (await call('POST', '/v2/kept/blobs/uploads/')).headers.get('location') ?? ''
    await call('PATCH', location, { body: 'first half, ' })
    const stale = join(dir, 'uploads', '11111111-1111-1111-1111-111111111111')
    await writeFile(stale, 'x')
    await utimes(stale, 1, 1)
    await registry[Symbol.asyncDispose]()
    registry = await open()
    expect((await call('HEAD', `/v2/kept/blobs/${digest}`)).status).toBe(200)
    const whole = digestOf('first half, second half')
    expect((await call('PUT', `${location}?digest=${whole}`, { body: 'second half' })).status).toBe(201)
    expect(await readdir(join(dir, 'uploads'))).not.toContain('11111111-1111-1111-1111-111111111111')
  })
})
