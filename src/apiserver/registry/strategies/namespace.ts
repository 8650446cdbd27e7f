/** Namespaces: they carry their own label, and leave only when the namespace controller has emptied them.
 *  Source: k8s.io/kubernetes v1.34, pkg/registry/core/namespace. */
import type { k8s } from '../../../api/index.ts'
import type { AnyObject } from '../any-object.ts'
import type { Strategy } from '../strategy.ts'

const NAME_LABEL = 'kubernetes.io/metadata.name'
const FINALIZER = 'kubernetes'

const specOf = (object: AnyObject) => (object.spec ?? {}) as k8s.NamespaceSpec

export const namespaceStrategy: Strategy = {
  marksOnlyTime: true,
  returnDeletedObject: true,
  prepareForCreate(object) {
    const finalizers = specOf(object).finalizers ?? []
    object.spec = { finalizers: finalizers.includes(FINALIZER) ? finalizers : [...finalizers, FINALIZER] }
    object.status = { phase: 'Active' }
    label(object)
  },
  prepareForUpdate(object, old) {
    object.spec = old.spec ?? {}
    label(object)
  },
  prepareForDelete(object) {
    object.status = { ...(object.status as object | undefined), phase: 'Terminating' }
  },
  heldBy: (object) => (specOf(object).finalizers ?? []).length > 0,
}

function label(object: AnyObject): void {
  if (object.metadata.name) object.metadata.labels = { ...object.metadata.labels, [NAME_LABEL]: object.metadata.name }
}
