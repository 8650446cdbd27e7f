/** The paths of the distribution protocol, first match wins. A name may contain slashes, so patterns work from the end. */
import { DistributionError } from '../errors.ts'
import { isRepositoryName } from '../reference.ts'
import { serveBlob } from './blob-handlers.ts'
import { type RequestContext, sendJson } from './context.ts'
import {
  deleteManifest,
  listReferrers,
  listRepositories,
  listTags,
  putManifest,
  serveManifest,
} from './manifest-handlers.ts'
import { appendToUpload, cancelUpload, finishUpload, showUpload, startUpload } from './upload-handlers.ts'

type Handler = (context: RequestContext) => Promise<void>

interface Route {
  /** Groups `name` and `reference` where the path has them. */
  pattern: RegExp
  methods: Record<string, Handler>
}

const deletionOfBlobs: Handler = () =>
  Promise.reject(
    new DistributionError(
      'UNSUPPORTED',
      405,
      'blobs are removed by garbage collection once no manifest refers to them',
    ),
  )

const ROUTES: readonly Route[] = [
  {
    pattern: /^\/v2\/?$/,
    methods: { GET: async (context) => sendJson(context, {}), HEAD: async (context) => sendJson(context, {}) },
  },
  { pattern: /^\/v2\/_catalog$/, methods: { GET: listRepositories } },
  { pattern: /^\/v2\/(?<name>.+)\/tags\/list$/, methods: { GET: listTags } },
  { pattern: /^\/v2\/(?<name>.+)\/blobs\/uploads\/?$/, methods: { POST: startUpload } },
  {
    pattern: /^\/v2\/(?<name>.+)\/blobs\/uploads\/(?<reference>[^/]+)$/,
    methods: { GET: showUpload, PATCH: appendToUpload, PUT: finishUpload, DELETE: cancelUpload },
  },
  {
    pattern: /^\/v2\/(?<name>.+)\/blobs\/(?<reference>[^/]+)$/,
    methods: { GET: serveBlob, HEAD: serveBlob, DELETE: deletionOfBlobs },
  },
  {
    pattern: /^\/v2\/(?<name>.+)\/manifests\/(?<reference>[^/]+)$/,
    methods: { GET: serveManifest, HEAD: serveManifest, PUT: putManifest, DELETE: deleteManifest },
  },
  { pattern: /^\/v2\/(?<name>.+)\/referrers\/(?<reference>[^/]+)$/, methods: { GET: listReferrers } },
]

export interface MatchedRoute {
  handler: Handler
  name: string
  reference: string
}

/** Throws NAME_INVALID (400), UNSUPPORTED (404 for an unknown path, 405 for a method a path does not have). */
export function matchRoute(method: string, path: string): MatchedRoute {
  for (const { pattern, methods } of ROUTES) {
    const match = pattern.exec(path)
    if (match === null) continue
    const name = match.groups?.name
    if (name !== undefined && !isRepositoryName(name))
      throw new DistributionError(
        'NAME_INVALID',
        400,
        'a repository name is lower-case letters, digits, ".", "_", "-" and "/"',
      )
    const handler = methods[method]
    if (handler === undefined)
      throw new DistributionError('UNSUPPORTED', 405, `${method} is not supported here`, {
        headers: { Allow: Object.keys(methods).join(', ') },
      })
    return { handler, name: name ?? '', reference: match.groups?.reference ?? '' }
  }
  throw new DistributionError('UNSUPPORTED', 404, 'this path is not part of the OCI distribution protocol')
}
