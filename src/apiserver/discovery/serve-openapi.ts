/** Answers `/openapi/v3`, `/openapi/v3/<group version>` and `/openapi/v2`. */
import type { ApiRequest, ApiResponse } from '../../api/index.ts'
import type { RequestInfo } from '../routing/request-info.ts'
import type { Backend } from '../server/context.ts'
import { negotiate } from '../server/media-types.ts'
import { respondJson } from '../server/response.ts'

const ROOT = '/openapi/v3'
const LEGACY_PROTOBUF = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf'
/** Go reads no `@` in a media type. Source: k8s.io/kube-openapi, pkg/handler. */
const LEGACY_PROTOBUF_TYPE = LEGACY_PROTOBUF.replace('@', '.')

/** Undefined for other paths, and for a group and version that is not served. */
export function serveOpenApi(
  backend: Backend,
  request: ApiRequest,
  { path, query }: RequestInfo,
): ApiResponse | undefined {
  if (!path.startsWith('/openapi/')) return undefined
  if (path === '/openapi/v2' && acceptsOnly(request, LEGACY_PROTOBUF)) return legacyProtobuf(backend)
  // The documents of v3 also exist in protobuf, which is not made here.
  negotiate(request.headers.accept, () => false)
  if (path === '/openapi/v2') return legacy(backend, request)
  if (path === ROOT || path === `${ROOT}/`) return respondJson(200, indexWithRemote(backend))
  if (!path.startsWith(`${ROOT}/`)) return undefined
  const document = backend.openApi.document(path.slice(ROOT.length + 1))
  if (document === undefined) return undefined
  const asked = query.get('hash')
  if (asked !== null && asked !== document.hash)
    return { status: 301, headers: { location: `${path}?hash=${document.hash}` }, body: '' }
  const etag = `"${document.hash}"`
  const caching = asked === null ? 'no-cache, private' : 'public, immutable, max-age=31536000'
  const headers = { etag, vary: 'Accept', 'cache-control': caching }
  if (request.headers['if-none-match'] === etag) return { status: 304, headers, body: '' }
  return respondJson(200, document.text, { headers })
}

/** kubectl takes nothing else when it checks a `kind: List`. It finds no kinds there, and leaves the items to the server. */
function legacyProtobuf({ openApi }: Backend): ApiResponse {
  const headers = { 'content-type': LEGACY_PROTOBUF_TYPE, vary: 'Accept' }
  return { status: 200, headers, body: openApi.legacyProtobuf() }
}

const acceptsOnly = ({ headers }: ApiRequest, type: string) => headers.accept?.trim() === type

function legacy({ openApi }: Backend, request: ApiRequest): ApiResponse {
  const { text, hash } = openApi.legacyDocument()
  const etag = `"${hash}"`
  const headers = { etag, vary: 'Accept' }
  if (request.headers['if-none-match'] === etag) return { status: 304, headers, body: '' }
  return respondJson(200, text, { headers })
}

/** The documents of extension servers are fetched from there; the index says where they are. */
function indexWithRemote({ openApi, aggregation }: Backend): string {
  const remote = aggregation.remoteVersions().filter(({ openApiUrl }) => openApiUrl !== undefined)
  if (remote.length === 0) return openApi.index()
  const { paths } = JSON.parse(openApi.index()) as { paths: Record<string, object> }
  for (const { group, version, openApiUrl } of remote)
    paths[`apis/${group}/${version}`] = { serverRelativeURL: openApiUrl }
  return JSON.stringify({ paths })
}
