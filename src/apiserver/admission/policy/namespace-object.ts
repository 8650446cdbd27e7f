/** `namespaceObject`: the namespace of what is written, as expressions may see it. Source: k8s.io/apiserver v0.34,
 *  pkg/admission/plugin/cel/condition.go (CreateNamespaceObject). */
import { notFound, resources } from '../../../api/index.ts'
import type { AnyObject } from '../../registry/any-object.ts'
import type { Backend } from '../../server/context.ts'
import type { AdmissionRequest } from '../admission-request.ts'

/** Undefined for what is in no namespace, and for namespaces. Throws ApiError `NotFound`. */
export function namespaceObject(
  { resource, namespace }: AdmissionRequest,
  { views }: Pick<Backend, 'views'>,
): Partial<AnyObject> | undefined {
  if (!namespace || (resource.kind === 'Namespace' && resource.group === '')) return undefined
  const found = views.of(resources.namespaces).get({ name: namespace })
  if (found === undefined) throw notFound(resources.namespaces, namespace)
  const { managedFields: _fields, ownerReferences: _owners, ...metadata } = found.metadata
  return { metadata, spec: found.spec, status: found.status }
}
