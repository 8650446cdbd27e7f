/** Answers the discovery paths. */
import type { ApiRequest, ApiResponse } from '../../api/index.ts'
import type { RequestInfo } from '../routing/request-info.ts'
import type { Backend } from '../server/context.ts'
import { negotiate } from '../server/media-types.ts'
import { respondJson } from '../server/response.ts'
import { AGGREGATED_TYPE, aggregatedDiscovery, isAggregated } from './aggregated.ts'
import { rootPaths } from './root-paths.ts'
import { servedBy } from './served.ts'
import { apiGroup, apiGroupList, apiResourceList, apiVersions } from './legacy.ts'

/** Undefined when the path is not one of discovery, or names what is not served. */
export function serveDiscovery(backend: Backend, request: ApiRequest, info: RequestInfo): ApiResponse | undefined {
  // Whatever is asked of the root, it answers with what there is; a HEAD of what is below is not foreseen.
  if (request.method !== 'GET' && info.path !== '/') return undefined
  if (info.path === '/') return respondJson(200, JSON.stringify(rootPaths(servedBy(backend)), undefined, 2))
  const [root, group, version, ...rest] = info.path.split('/').filter((segment) => segment !== '')
  if ((root !== 'api' && root !== 'apis') || rest.length > 0) return undefined
  const atRoot = group === undefined
  const format = negotiate(request.headers.accept, (conversion) => atRoot && isAggregated(conversion))
  if (format.conversion !== undefined) {
    const body = JSON.stringify(aggregatedDiscovery(servedBy(backend), root))
    return { status: 200, headers: { 'content-type': AGGREGATED_TYPE, vary: 'Accept' }, body }
  }
  const document = documentAt(backend, root, { group, version, host: request.headers.host ?? '' })
  return document && respondJson(200, JSON.stringify(document), { format, headers: { vary: 'Accept' } })
}

function documentAt(
  backend: Backend,
  root: 'api' | 'apis',
  { group, version, host }: { group: string | undefined; version: string | undefined; host: string },
): object | undefined {
  const served = servedBy(backend)
  if (root === 'api') {
    if (group === undefined) return apiVersions(host)
    return version === undefined ? apiResourceList(served, '', group) : undefined
  }
  if (group === undefined) return apiGroupList(served)
  if (group === '') return undefined
  return version === undefined ? apiGroup(served, group) : apiResourceList(served, group, version)
}
