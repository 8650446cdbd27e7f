/** Maven's repositories at an address of this machine, while a build runs: it downloads for the build, with the user's
 *  credentials, and keeps what does not change. Maven runs whatever a pom asks for, so the build itself gets neither the
 *  credentials nor a cache that it could write to. */
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { Agent as HttpAgent, createServer, get as getHttp, type IncomingMessage, type ServerResponse } from 'node:http'
import { Agent as HttpsAgent, get as getHttps } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { BuildContext } from '../../context.ts'
import type { Upstream } from './upstreams.ts'

export interface RepositoryMirror extends AsyncDisposable {
  /** Of each upstream, in their order. */
  urls: readonly string[]
}

export interface RepositoryMirrorOptions {
  upstreams: readonly Upstream[]
  /** In place of the environment's. */
  proxies: Readonly<Record<string, string>>
}

const SILENCE_MS = 60_000
const MOST_REDIRECTS = 5
/** Lists of versions, and versions that are still made, change. */
const CHANGES = /(?:^|\/)maven-metadata\.xml|-SNAPSHOT/

/** Downloads lie in the folder `maven` of the cache, each named by its address. */
export async function openRepositoryMirror(
  context: BuildContext,
  { upstreams, proxies }: RepositoryMirrorOptions,
): Promise<RepositoryMirror> {
  const dir = join(context.cacheDir, 'maven')
  await mkdir(dir, { recursive: true })
  // Others on this machine must not download with the user's credentials.
  const secret = randomBytes(16).toString('hex')
  const proxyEnv = { ...context.env, ...proxies }
  const agents = {
    http: new HttpAgent({ keepAlive: true, timeout: SILENCE_MS, proxyEnv }),
    https: new HttpsAgent({ keepAlive: true, timeout: SILENCE_MS, proxyEnv }),
  }
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [, key, index, path] = /^\/([^/]+)\/(\d+)\/([^?#]+)$/.exec(request.url ?? '') ?? []
    const upstream = upstreams[Number(index)]
    const url = key !== secret || upstream === undefined || path === undefined ? undefined : below(upstream.url, path)
    if (url === undefined || upstream === undefined) return void response.writeHead(404).end()
    if (request.method !== 'GET' && request.method !== 'HEAD') return void response.writeHead(405).end()
    const file = join(dir, createHash('sha256').update(url).digest('hex'))
    if (await isKept(file, context)) return send(file, request, response)
    const found = await fetchFrom(url, { headers: upstream.headers, agents, signal: context.signal })
    if (found.statusCode !== 200) {
      found.resume()
      return void response.writeHead(found.statusCode ?? 502).end()
    }
    if (CHANGES.test(url)) return pipeline(found, response.writeHead(200))
    const part = `${file}-${randomUUID()}`
    try {
      await pipeline(found, createWriteStream(part))
      await rename(part, file)
    } finally {
      await rm(part, { force: true })
    }
    return send(file, request, response)
  }
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent) return response.destroy()
      // Maven shows the phrase.
      const reason = error instanceof Error ? error.message : String(error)
      response.writeHead(502, reason.replace(/[^\x20-\x7e]/g, ' ').slice(0, 200)).end()
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    urls: upstreams.map((_, index) => `http://127.0.0.1:${port}/${secret}/${index}`),
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
      agents.http.destroy()
      agents.https.destroy()
    },
  }
}

/** Undefined for a path that leads out of the repository, however it is written. */
function below(repository: string, path: string): string | undefined {
  const [root, { href }] = [new URL(`${repository}/`).href, new URL(`${repository}/${path}`)]
  return href.startsWith(root) ? href : undefined
}

/** What is used counts as new. */
async function isKept(file: string, { clock }: BuildContext): Promise<boolean> {
  const now = clock.now() / 1000
  return utimes(file, now, now).then(
    () => true,
    () => false,
  )
}

async function send(file: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { size } = await stat(file)
  response.writeHead(200, { 'content-length': size })
  if (request.method === 'HEAD') return void response.end()
  await pipeline(createReadStream(file), response)
}

interface FetchOptions {
  headers: Readonly<Record<string, string>>
  agents: { http: HttpAgent; https: HttpsAgent }
  signal: AbortSignal
}

/** Follows redirects; to another host the credentials do not go along. */
async function fetchFrom(url: string, options: FetchOptions, redirects = MOST_REDIRECTS): Promise<IncomingMessage> {
  const found = await new Promise<IncomingMessage>((resolve, reject) => {
    const { headers, agents, signal } = options
    const request = url.startsWith('https:')
      ? getHttps(url, { headers, agent: agents.https, signal }, resolve)
      : getHttp(url, { headers, agent: agents.http, signal }, resolve)
    request.once('error', reject)
    request.setTimeout(SILENCE_MS, () => request.destroy(new Error(`${new URL(url).host} does not answer`)))
  })
  const { location } = found.headers
  if (location === undefined || ![301, 302, 303, 307, 308].includes(found.statusCode ?? 0) || redirects === 0)
    return found
  found.resume()
  const target = new URL(location, url)
  const isSame = target.host === new URL(url).host && target.protocol === new URL(url).protocol
  return fetchFrom(target.href, { ...options, headers: isSame ? options.headers : {} }, redirects - 1)
}
