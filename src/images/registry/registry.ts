/** The OCI registry: distribution spec v1.1 (pull, push, content discovery, content management of manifests) over HTTP
 *  with Basic authentication on every path. Everything it acknowledged is on disk. */
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock, Logger } from '../../lib/index.ts'
import { DistributionError } from '../errors.ts'
import { type Credentials, isAuthorized } from './basic-auth.ts'
import { BlobStore } from './blob-store.ts'
import type { RegistryStores } from './context.ts'
import { RepositoryStore } from './repository-store.ts'
import { respondError } from './respond-error.ts'
import { matchRoute } from './routes.ts'
import { UploadStore } from './upload-store.ts'

export interface RegistryOptions {
  /** Where everything is kept; made when missing. */
  dir: string
  /** Port 0 takes a free one. */
  listen: { host: string; port: number }
  credentials: Credentials
  logger: Logger
  clock: Clock
  /** Default 16 GiB. */
  maxBlobBytes?: number
  /** Default 4 MiB, what the specification asks registries to take at least. */
  maxManifestBytes?: number
  /** An upload nobody wrote to for this long is dropped when the registry opens. Default one day. */
  staleUploadMs?: number
}

export interface Registry extends AsyncDisposable {
  /** `http://host:port`. */
  readonly url: string
}

/** Rejects with the system's error (`EADDRINUSE`, `EACCES`) when it cannot listen. Disposing lets requests under way
 *  end for a second, then cuts them off; uploads go on from where they were. */
export async function openRegistry(options: RegistryOptions): Promise<Registry> {
  await mkdir(options.dir, { recursive: true, mode: 0o700 })
  const blobs = new BlobStore(options.dir, options.clock)
  const uploads = new UploadStore(options.dir, blobs, options.maxBlobBytes ?? 16 * 2 ** 30)
  const stores: RegistryStores = { blobs, uploads, repositories: new RepositoryStore(options.dir) }
  await uploads.removeOlderThan(options.clock.now() - (options.staleUploadMs ?? 86_400_000))

  const server = createServer(
    { requestTimeout: 0, headersTimeout: 30_000, keepAliveTimeout: 30_000 },
    (request, response) => {
      void handle(options, stores, request, response)
    },
  )
  server.listen(options.listen.port, options.listen.host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const host = options.listen.host.includes(':') ? `[${options.listen.host}]` : options.listen.host
  return {
    url: `http://${host}:${port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      server.closeIdleConnections()
      const cutOff = setTimeout(() => server.closeAllConnections(), 1000)
      await closed
      clearTimeout(cutOff)
    },
  }
}

async function handle(
  options: RegistryOptions,
  stores: RegistryStores,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader('Docker-Distribution-API-Version', 'registry/2.0')
  try {
    if (!isAuthorized(request.headers.authorization, options.credentials))
      throw new DistributionError('UNAUTHORIZED', 401, 'this registry needs a user name and a password', {
        headers: { 'WWW-Authenticate': 'Basic realm="naru registry", charset="UTF-8"' },
      })
    const [path = '', query = ''] = (request.url ?? '').split('?', 2)
    const { handler, name, reference } = matchRoute(request.method ?? '', decode(path))
    const maxManifestBytes = options.maxManifestBytes ?? 4 * 2 ** 20
    await handler({
      ...stores,
      request,
      response,
      query: new URLSearchParams(query),
      name,
      reference,
      maxManifestBytes,
    })
  } catch (error) {
    respondError({ request, response, logger: options.logger }, error)
  }
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    throw new DistributionError('NAME_INVALID', 400, 'the path is not well encoded')
  }
}
