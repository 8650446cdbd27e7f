/** What webhooks and expressions are told of a request, besides its objects.
 *  Source: admission.k8s.io/v1 AdmissionRequest; k8s.io/apiserver v0.34, pkg/admission/plugin/webhook/request. */
import type { Resource } from '../../../api/index.ts'
import type { AdmissionRequest } from '../admission-request.ts'

/** `resource`: as what the request is shown. */
export function requestFacts(request: AdmissionRequest, resource: Resource) {
  const { subresource, context } = request
  const { user, dryRun } = context
  return {
    kind: kindOf(resource, subresource),
    resource: resourceOf(resource),
    subResource: subresource || undefined,
    requestKind: kindOf(request.resource, subresource),
    requestResource: resourceOf(request.resource),
    requestSubResource: subresource || undefined,
    name: request.name || undefined,
    namespace: request.namespace || undefined,
    operation: request.operation,
    userInfo: { username: user.name, uid: user.uid, groups: user.groups, extra: user.extra },
    dryRun,
    options: shownOptions(request),
  }
}

const resourceOf = ({ group, version, plural }: Resource) => ({ group, version, resource: plural })

/** Subresources may speak a kind of their own; the status of an object does not. */
function kindOf(resource: Resource, subresource: string) {
  const own = subresource === '' ? undefined : resource.subresources.find(({ name }) => name === subresource)
  const { group, version, kind } = own ?? resource
  return { group, version, kind }
}

/** A patch is an update, or creates, to those who admit it. */
function shownOptions({ operation, context }: AdmissionRequest): unknown {
  if (operation === 'CONNECT') return null
  const { force: _force, ...options } = context.options
  if (options.kind !== 'PatchOptions' && options.kind !== 'UpdateOptions') return options
  return { ...options, kind: operation === 'CREATE' ? 'CreateOptions' : 'UpdateOptions' }
}
