/** CustomResourceDefinitions: their status is the server's, and they do not go before their objects.
 *  Source: k8s.io/apiextensions-apiserver v0.34, pkg/registry/customresourcedefinition (strategy.go, etcd.go). */
import type { k8s } from '../../../api/index.ts'
import { withCondition } from '../../crd/definition/conditions.ts'
import { CLEANUP_FINALIZER } from '../../crd/definition/definition.ts'
import { formatWarnings } from '../../crd/definition/format-warnings.ts'
import type { AnyObject } from '../any-object.ts'
import type { Strategy } from '../strategy.ts'

type Status = k8s.CustomResourceDefinitionStatus

export const customResourceDefinitionStrategy: Strategy = {
  countsGenerations: true,
  requireResourceVersion: true,
  marksOnlyTime: true,
  prepareForCreate(object) {
    object.status = withStorageVersion(object, { conditions: [], acceptedNames: { plural: '', kind: '' } })
  },
  prepareForUpdate(object, old) {
    object.status = withStorageVersion(object, old.status as Status | undefined)
  },
  validate(object, old, context) {
    formatWarnings(object as never, old as never).forEach(context.warn)
    return []
  },
  prepareForDelete(object) {
    const { metadata } = object
    metadata.finalizers = [...new Set([...(metadata.finalizers ?? []), CLEANUP_FINALIZER])]
    const status = (object.status ?? {}) as Status
    const pending = {
      type: 'Terminating',
      status: 'True',
      reason: 'InstanceDeletionPending',
      message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
    }
    const since = Date.parse(metadata.deletionTimestamp ?? '')
    object.status = { ...status, conditions: withCondition(status.conditions ?? [], pending, since) }
  },
}

/** The version in which objects are kept from now on is one in which some may be kept. */
function withStorageVersion(object: AnyObject, status: Status = {}): Status {
  const { versions = [] } = object.spec as Partial<k8s.CustomResourceDefinitionSpec>
  const kept = versions.find(({ storage }) => storage)?.name
  const storedVersions = status.storedVersions ?? []
  if (kept === undefined || storedVersions.includes(kept)) return status
  return { ...status, storedVersions: [...storedVersions, kept] }
}
