/** NamespaceLifecycle: objects are created only in namespaces that exist and are not going away, and the namespaces that
 *  every cluster has stay. Source: k8s.io/apiserver v0.34, pkg/admission/plugin/namespace/lifecycle. */
import { notFound, resources } from '../../../api/index.ts'
import type { AdmissionPlugin } from '../admission.ts'
import { forbidden, isOf } from './forbidden.ts'

const IMMORTAL = new Set(['default', 'kube-system', 'kube-public'])

export const namespaceLifecycle: AdmissionPlugin = {
  name: 'NamespaceLifecycle',
  handles: ({ operation, resource }) =>
    operation === 'DELETE' ? isOf(resource, resources.namespaces) : operation === 'CREATE' && resource.namespaced,
  mutate(request, { views }) {
    const { operation, name, namespace = '' } = request
    if (operation === 'DELETE') {
      if (IMMORTAL.has(name)) throw forbidden(request, 'this namespace may not be deleted')
      return
    }
    const found = views.of(resources.namespaces).get({ name: namespace })
    if (found === undefined) throw notFound(resources.namespaces, namespace)
    if (found.metadata.deletionTimestamp === undefined) return
    const refusal = forbidden(
      request,
      `unable to create new content in namespace ${namespace} because it is being terminated`,
    )
    const cause = {
      reason: 'NamespaceTerminating',
      message: `namespace ${namespace} is being terminated`,
      field: 'metadata.namespace',
    }
    refusal.status.details = { ...refusal.status.details, causes: [cause] }
    throw refusal
  },
}
