/** Admission of a subresource that speaks a kind of its own (Binding, Eviction, Scale): what is admitted is what the
 *  client sent, not what becomes of the object behind it. Source: k8s.io/kubernetes v1.34, pkg/registry/core/pod/storage. */
import type { AnyObject } from '../registry/any-object.ts'
import type { WriteContext } from '../registry/write-context.ts'
import type { Backend, ResourceRequest } from '../server/context.ts'
import type { AdmissionRequest, Operation } from './admission-request.ts'

export interface SubresourceWrite {
  operation: Operation
  object: object
  oldObject?: object
  context: WriteContext
}

/** The object as admission leaves it. Throws ApiError when a plugin refuses. */
export async function admitSubresource(
  backend: Backend,
  { resource, subresource, namespace, name }: ResourceRequest,
  { operation, object, oldObject, context }: SubresourceWrite,
): Promise<AnyObject> {
  const request: AdmissionRequest = {
    operation,
    resource,
    subresource,
    namespace,
    name,
    object: object as AnyObject,
    oldObject: oldObject as AnyObject | undefined,
    context,
  }
  await backend.admission.mutate(request)
  await backend.admission.validate(request)
  return request.object ?? (object as AnyObject)
}
