import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer, get, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { systemClock } from '../../../lib/index.ts'
import { type BuildContext, inspectBuildHost } from '../../context.ts'
import { openRepositoryMirror, type RepositoryMirror } from './repository-mirror.ts'

let cacheDir: string
let repository: { server: Server; url: string; asked: string[] }
beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'naru-mirror-'))
  const asked: string[] = []
  repository = await serve((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization ?? '-'}`)
    if (request.url?.endsWith('/missing') === true) return void response.writeHead(404).end()
    if (request.url?.endsWith('/moved') === true)
      return void response.writeHead(302, { location: `${other.url}/there` }).end()
    if (request.url?.endsWith('/cut') === true) {
      response.writeHead(200, { 'content-length': 100 }).write('half')
      return void setImmediate(() => response.destroy())
    }
    response.end(`content of ${request.url}`)
  }, asked)
  const elsewhere: string[] = []
  other = await serve((request, response) => {
    elsewhere.push(`${request.url} ${request.headers.authorization ?? '-'}`)
    response.end('moved')
  }, elsewhere)
})
let other: typeof repository
afterEach(async () => {
  for (const { server } of [repository, other]) await new Promise((resolve) => server.close(resolve))
  await rm(cacheDir, { recursive: true, force: true })
})

async function serve(listener: RequestListener, asked: string[]) {
  const server = createServer({ keepAlive: false }, (request, response) => {
    response.setHeader('connection', 'close')
    listener(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/m2`, asked }
}

async function open(): Promise<RepositoryMirror> {
  const context: BuildContext = {
    cacheDir,
    host: await inspectBuildHost({}),
    env: {},
    clock: systemClock,
    signal: new AbortController().signal,
    onProgress: () => {},
  }
  const upstream = { mirrorOf: '*', url: repository.url, headers: { authorization: 'Basic abc' } }
  return openRepositoryMirror(context, { upstreams: [upstream], proxies: {} })
}

it('downloads with the credentials of the user, and once what does not change', async () => {
  for (const round of [1, 2]) {
    await using mirror = await open()
    const response = await fetch(`${mirror.urls[0]}/a/1/a-1.jar`)
    expect(await response.text(), `round ${round}`).toBe('content of /m2/a/1/a-1.jar')
    expect((await fetch(`${mirror.urls[0]}/a/1/a-1.jar`, { method: 'HEAD' })).status).toBe(200)
  }
  expect(repository.asked).toEqual(['GET /m2/a/1/a-1.jar Basic abc'])
})

it('asks again for what changes', async () => {
  await using mirror = await open()
  for (const path of ['a/maven-metadata.xml', 'a/1-SNAPSHOT/a.jar', 'a/maven-metadata.xml', 'a/1-SNAPSHOT/a.jar'])
    await fetch(`${mirror.urls[0]}/${path}`).then((response) => response.text())
  expect(repository.asked).toHaveLength(4)
})

it('keeps neither what is missing nor what was cut off', async () => {
  await using mirror = await open()
  expect((await fetch(`${mirror.urls[0]}/missing`)).status).toBe(404)
  expect((await fetch(`${mirror.urls[0]}/cut`)).status).toBe(502)
  expect(await readdir(join(cacheDir, 'maven'))).toEqual([])
})

it('takes no credentials along to another host', async () => {
  await using mirror = await open()
  expect(await (await fetch(`${mirror.urls[0]}/moved`)).text()).toBe('moved')
  expect(other.asked).toEqual(['/m2/there -'])
})

it('answers nobody who does not know the address, and writes nothing', async () => {
  await using mirror = await open()
  const url = new URL(mirror.urls[0] ?? '')
  expect((await fetch(`${url.origin}/0/a.jar`)).status).toBe(404)
  expect((await fetch(`${url.origin}/${'0'.repeat(32)}/0/a.jar`)).status).toBe(404)
  expect((await fetch(`${url.href}/a.jar`, { method: 'PUT', body: 'x' })).status).toBe(405)
  for (const path of ['..', '%2e%2e', 'a/.%2E/..'])
    expect(await statusOf(url, `${url.pathname}/${path}/private/a.jar`), path).toBe(404)
  expect(repository.asked).toEqual([])
})

/** Of a path as it stands: fetch would resolve it. */
function statusOf({ hostname, port }: URL, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get({ hostname, port, path }, (response) => resolve(response.resume().statusCode)).once('error', reject)
  })
}

it('says why a repository gives nothing', async () => {
  await using mirror = await open()
  await new Promise((resolve) => repository.server.close(resolve))
  const response = await fetch(`${mirror.urls[0]}/a.jar`)
  expect([response.status, response.statusText]).toEqual([502, expect.stringContaining('ECONNREFUSED')])
  repository.server.listen(0)
})
