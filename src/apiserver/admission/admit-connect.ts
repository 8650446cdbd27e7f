/** Admission of requests that open a connection (`exec`, `proxy`, …): what is admitted are their options. */
import type { AnyObject } from '../registry/any-object.ts'
import type { Backend, ResourceRequest } from '../server/context.ts'

/** Throws ApiError when a plugin refuses. */
export async function admitConnect(backend: Backend, request: ResourceRequest, options: object): Promise<void> {
  const { user, resource, subresource, namespace, name, annotate } = request
  const admission = {
    operation: 'CONNECT' as const,
    resource,
    subresource,
    namespace,
    name,
    object: options as AnyObject,
    oldObject: undefined,
    context: { user, subresource, dryRun: false, fieldManager: undefined, options: {}, warn: () => {}, annotate },
  }
  await backend.admission.mutate(admission)
  await backend.admission.validate(admission)
}
