import type { ApiResponse, k8s } from '../../api/index.ts'
import { checkName, updateObject } from '../registry/update.ts'
import type { Backend, ResourceRequest } from '../server/context.ts'
import { respondJson } from '../server/response.ts'
import { readObject } from './object-body.ts'
import { writeContextOf } from './write-request.ts'

/** `PUT` to `namespaces/<name>/finalize`: the namespace controller takes its finalizer off; the last one lets the
 *  namespace go. */
export async function finalizeNamespace(backend: Backend, request: ResourceRequest): Promise<ApiResponse> {
  const { object } = readObject(request)
  checkName(object, request.name)
  const finalizers = (object.spec as k8s.NamespaceSpec | undefined)?.finalizers ?? []
  const text = await updateObject(
    backend,
    request.resource,
    request,
    (old) => {
      const { resourceVersion } = object.metadata
      if (resourceVersion) old.metadata.resourceVersion = resourceVersion
      else delete old.metadata.resourceVersion
      return { ...old, spec: { ...(old.spec as object), finalizers } }
    },
    { part: 'all', context: writeContextOf(request, 'UpdateOptions') },
  )
  return respondJson(200, text)
}
