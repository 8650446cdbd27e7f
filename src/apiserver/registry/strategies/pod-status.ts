/** What a write of a pod's status keeps of the status as it was.
 *  Source: kubernetes v1.34, pkg/registry/core/pod (podStatusStrategy, preserveOldObservedGeneration). */
import type { k8s } from '../../../api/index.ts'

/** Changes `status` in place. */
export function keepPodStatus(status: k8s.PodStatus, old: k8s.PodStatus): void {
  if (!status.qosClass && old.qosClass) status.qosClass = old.qosClass
  if (!status.observedGeneration && old.observedGeneration) status.observedGeneration = old.observedGeneration
  // Conditions of one type may be several, and are told apart by their order.
  const before = [...(old.conditions ?? [])]
  for (const condition of status.conditions ?? []) {
    const index = before.findIndex(({ type }) => type === condition.type)
    const [same] = index < 0 ? [] : before.splice(index, 1)
    if (!condition.observedGeneration && same?.observedGeneration)
      condition.observedGeneration = same.observedGeneration
  }
  dropDisabledStatusFields(status, old)
}

/** Those of features which are off. Source: kubernetes v1.34, pkg/api/pod (dropDisabledPodStatusFields). */
function dropDisabledStatusFields(status: k8s.PodStatus, old: k8s.PodStatus): void {
  if (old.extendedResourceClaimStatus === undefined) delete status.extendedResourceClaimStatus
  const { containerStatuses = [], initContainerStatuses = [], ephemeralContainerStatuses = [] } = status
  for (const one of [...containerStatuses, ...initContainerStatuses, ...ephemeralContainerStatuses])
    delete one.allocatedResourcesStatus
}
