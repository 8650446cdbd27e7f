/** What a URL asks for, before anyone knows whether it exists. Source: the paths of Kubernetes API concepts, v1.34
 *  (`/api/v1/…` for the core group, `/apis/<group>/<version>/…` for the rest). */
import { type ApiRequest, apiError } from '../../api/index.ts'

export type Verb =
  | 'get'
  | 'list'
  | 'watch'
  | 'create'
  | 'update'
  | 'patch'
  | 'delete'
  | 'deletecollection'
  /** Of paths that name no resource. */
  | 'head'
  | 'post'
  | 'put'
  | 'options'

/** A path with at least a group, a version and a resource. */
export interface ResourceTarget {
  group: string
  version: string
  /** Plural, as in the URL. */
  resource: string
  namespace: string | undefined
  name: string | undefined
  subresource: string | undefined
}

export interface RequestInfo {
  /** Path without the query. */
  path: string
  query: URLSearchParams
  verb: Verb
  /** Absent when the path names no resource: `/healthz`, `/apis`, `/openapi/v3`, … */
  target: ResourceTarget | undefined
}

/** Throws ApiError `BadRequest` for a URL that is not one. */
export function parseRequest(request: Pick<ApiRequest, 'method' | 'url'>): RequestInfo {
  const { path, query } = splitUrl(request.url)
  const segments = path.split('/').filter((segment) => segment !== '')
  const target = parseTarget(segments.map(decodeSegment))
  return { path, query, target, verb: target ? resourceVerb(request.method, target, query) : plainVerb(request.method) }
}

/** Of most requests; nobody adds to a query. */
const NO_QUERY = new URLSearchParams()

function splitUrl(url: string): { path: string; query: URLSearchParams } {
  if (!url.startsWith('/')) throw apiError('BadRequest', `the request target ${JSON.stringify(url)} is not a path`)
  const mark = url.indexOf('?')
  const path = mark === -1 ? url : url.slice(0, mark)
  return { path, query: mark === -1 ? NO_QUERY : new URLSearchParams(url.slice(mark + 1)) }
}

function decodeSegment(segment: string): string {
  try {
    return segment.includes('%') ? decodeURIComponent(segment) : segment
  } catch {
    throw apiError('BadRequest', `the path segment ${JSON.stringify(segment)} is not valid percent-encoding`)
  }
}

function parseTarget(segments: string[]): ResourceTarget | undefined {
  const [root, ...rest] = segments
  const grouped = root === 'apis'
  if (!grouped && root !== 'api') return undefined
  const group = grouped ? rest.shift() : ''
  const version = rest.shift()
  if (group === undefined || version === undefined || rest.length === 0) return undefined

  // `namespaces/<ns>` is a scope when a resource follows; `status` and `finalize` are the namespace's own.
  let namespace: string | undefined
  if (rest[0] === 'namespaces' && rest.length > 2 && !(rest.length === 3 && isNamespaceSubresource(rest[2]))) {
    namespace = rest[1]
    rest.splice(0, 2)
  }
  const [resource, name, ...subresource] = rest
  if (resource === undefined) return undefined
  return {
    group,
    version,
    resource,
    namespace,
    name,
    subresource: subresource.length === 0 ? undefined : subresource.join('/'),
  }
}

const isNamespaceSubresource = (segment: string | undefined) => segment === 'status' || segment === 'finalize'

function resourceVerb(method: ApiRequest['method'], target: ResourceTarget, query: URLSearchParams): Verb {
  const collection = target.name === undefined
  switch (method) {
    case 'POST':
      return 'create'
    case 'PUT':
      return 'update'
    case 'PATCH':
      return 'patch'
    case 'DELETE':
      return collection ? 'deletecollection' : 'delete'
    case 'OPTIONS':
      return 'options'
    default:
      if (!collection) return 'get'
      return isTrue(query.get('watch')) ? 'watch' : 'list'
  }
}

/** A boolean of a query string as Kubernetes reads it: there and neither `0` nor `false`. */
export function isTrue(value: string | null): boolean {
  return value !== null && value !== '0' && value.toLowerCase() !== 'false'
}

function plainVerb(method: ApiRequest['method']): Verb {
  return method.toLowerCase() as Verb
}
