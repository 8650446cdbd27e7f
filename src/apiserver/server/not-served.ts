/** The answer to a path that names no resource and no document. Source: k8s.io/apiserver v0.34, server/mux
 *  (pathrecorder.go): below a group's path the API answers, elsewhere nobody does. */
import { type ApiRequest, type ApiResponse, apiError } from '../../api/index.ts'
import type { RequestInfo } from '../routing/request-info.ts'
import type { Backend } from './context.ts'
import { respondText } from './response.ts'

/** Documents that are read and nothing else. */
const DOCUMENTS = new Set(['/api', '/apis', '/version'])

/** Throws ApiError `NotFound`, and `MethodNotAllowed` for a document that is there. */
export function notServed({ catalog }: Pick<Backend, 'catalog'>, request: ApiRequest, info: RequestInfo): ApiResponse {
  const [root, first, version, ...rest] = info.path.split('/').filter((segment) => segment !== '')
  const group = root === 'apis' ? first : ''
  const versions = catalog.groups().find(({ name }) => name === group)?.versions
  const isOfApi = versions !== undefined && (root === 'api' || root === 'apis') && first !== undefined
  const isDocument = DOCUMENTS.has(info.path) || (isOfApi && isServed(versions, root === 'api' ? first : version, rest))
  if (isDocument && request.method !== 'GET') throw methodNotAllowed()
  if (isOfApi) throw pathNotFound()
  return respondText(404, '404 page not found\n')
}

const isServed = (versions: readonly string[], version: string | undefined, rest: readonly string[]) =>
  rest.length === 0 && (version === undefined || versions.includes(version))

export function pathNotFound() {
  const error = apiError('NotFound', 'the server could not find the requested resource')
  error.status.details = {}
  return error
}

export function methodNotAllowed() {
  const error = apiError('MethodNotAllowed', 'the server does not allow this method on the requested resource')
  error.status.details = {}
  return error
}
