/** What the handlers of the registry work with. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { BlobStore } from './blob-store.ts'
import type { RepositoryStore } from './repository-store.ts'
import type { UploadStore } from './upload-store.ts'

export interface RegistryStores {
  blobs: BlobStore
  uploads: UploadStore
  repositories: RepositoryStore
}

export interface RequestContext extends RegistryStores {
  request: IncomingMessage
  response: ServerResponse
  query: URLSearchParams
  /** The repository's name; empty for paths that have none. */
  name: string
  /** The last segment: a digest, a tag or an upload's id. */
  reference: string
  /** Longest manifest taken, in bytes. */
  maxManifestBytes: number
}

/** Answers with JSON. HEAD gets the same headers without the body. */
export function sendJson(context: RequestContext, body: unknown, headers: Record<string, string> = {}): void {
  const content = Buffer.from(JSON.stringify(body))
  context.response.writeHead(200, {
    'Content-Type': 'application/json',
    'Content-Length': String(content.byteLength),
    ...headers,
  })
  context.response.end(context.request.method === 'HEAD' ? undefined : content)
}

export function sendEmpty(context: RequestContext, status: number, headers: Record<string, string> = {}): void {
  context.response.writeHead(status, { 'Content-Length': '0', ...headers })
  context.response.end()
}
