/** How a request is counted. Source: k8s.io/apiserver v0.34, pkg/endpoints/metrics (`cleanVerb`, `CleanScope`). What is
 *  no resource of this server is counted as one, so that nobody can make up label values. */
import type { Resource } from '../../api/index.ts'
import type { RequestInfo } from '../routing/request-info.ts'
import type { RequestLabels } from './request-tally.ts'

const VERBS: Readonly<Record<string, string>> = {
  get: 'GET',
  list: 'LIST',
  watch: 'WATCH',
  create: 'POST',
  update: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
  deletecollection: 'DELETECOLLECTION',
  head: 'GET',
  post: 'POST',
  put: 'PUT',
}
const CONNECT = new Set(['exec', 'attach', 'portforward', 'proxy'])
const APPLY = 'application/apply-patch'

/** `find` knows the served resources. */
export function labelsOf(
  { verb, target, query }: RequestInfo,
  contentType: string | undefined,
  find: (target: NonNullable<RequestInfo['target']>) => Resource | undefined,
): RequestLabels {
  const resource = target && find(target)
  const asked = target?.subresource
  const part = asked === undefined ? undefined : resource?.subresources.find(({ name }) => name === asked)
  const connects = part !== undefined && CONNECT.has(part.name)
  const named = verb === 'patch' && contentType?.startsWith(APPLY) ? 'APPLY' : (VERBS[verb] ?? 'other')
  return {
    verb: connects ? 'CONNECT' : named,
    dry_run: query.get('dryRun') === 'All' ? 'All' : '',
    group: resource?.group ?? '',
    version: resource?.version ?? '',
    resource: resource?.plural ?? '',
    subresource: part?.name ?? '',
    scope: scopeOf(resource, target),
  }
}

function scopeOf(resource: Resource | undefined, target: RequestInfo['target']): string {
  if (resource === undefined || target === undefined) return ''
  if (target.name !== undefined) return 'resource'
  return target.namespace === undefined ? 'cluster' : 'namespace'
}
