/** PersistentVolumes: the server notes when their phase changed. Source: kubernetes v1.34, pkg/registry/core/persistentvolume. */
import type { k8s } from '../../../api/index.ts'
import { toKubernetesTime } from '../../../lib/index.ts'
import type { Strategy } from '../strategy.ts'

export const persistentVolumeStrategy: Strategy = {
  returnDeletedObject: true,
  prepareForCreate(object, { clock }) {
    const now = toKubernetesTime(clock.now())
    object.status = { phase: 'Pending', lastPhaseTransitionTime: now } satisfies k8s.PersistentVolumeStatus
  },
  prepareForStatus(object, old, { clock }) {
    const status = (object.status ??= {}) as k8s.PersistentVolumeStatus
    const before = (old.status ?? {}) as k8s.PersistentVolumeStatus
    const { phase, lastPhaseTransitionTime: time } = status
    if (phase === before.phase) status.lastPhaseTransitionTime = time ?? before.lastPhaseTransitionTime
    else if (time === undefined || time === before.lastPhaseTransitionTime)
      status.lastPhaseTransitionTime = toKubernetesTime(clock.now())
  },
}
