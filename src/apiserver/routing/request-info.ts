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
  const target = parseTarget(segmentsOf(path))
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

function segmentsOf(path: string): string[] {
  const segments: string[] = []
  for (const segment of path.split('/')) if (segment !== '') segments.push(decodeSegment(segment))
  return segments
}

function decodeSegment(segment: string): string {
  try {
    return segment.includes('%') ? decodeURIComponent(segment) : segment
  } catch {
    throw apiError('BadRequest', `the path segment ${JSON.stringify(segment)} is not valid percent-encoding`)
  }
}

function parseTarget(segments: string[]): ResourceTarget | undefined {
  const grouped = segments[0] === 'apis'
  if (!grouped && segments[0] !== 'api') return undefined
  const group = grouped ? segments[1] : ''
  let at = grouped ? 2 : 1
  const version = segments[at++]
  if (group === undefined || version === undefined) return undefined

  // `namespaces/<ns>` is a scope when a resource follows; `status` and `finalize` are the namespace's own.
  let namespace: string | undefined
  const rest = segments.length - at
  if (segments[at] === 'namespaces' && rest > 2 && !(rest === 3 && isNamespaceSubresource(segments[at + 2]))) {
    namespace = segments[at + 1]
    at += 2
  }
  const resource = segments[at++]
  if (resource === undefined) return undefined
  const name = segments[at++]
  const subresource = at < segments.length ? segments.slice(at).join('/') : undefined
  return { group, version, resource, namespace, name, subresource }
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
