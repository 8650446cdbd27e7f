/** Volumes, claims, storage classes, CSI drivers; and priority classes. */
import type {
  CSIDriver,
  PersistentVolume,
  PersistentVolumeClaim,
  PersistentVolumeClaimSpec,
  PriorityClass,
  StorageClass,
} from '../generated/types.ts'
import { type DefaultFunctions, ifMissing, orElse } from './default-function.ts'

export const storageDefaults: DefaultFunctions = {
  'io.k8s.api.core.v1.PersistentVolume': (volume: PersistentVolume) => {
    orElse((volume.status ??= {}), 'phase', 'Pending')
    if (volume.spec === undefined) return
    orElse(volume.spec, 'persistentVolumeReclaimPolicy', 'Retain')
    ifMissing(volume.spec, 'volumeMode', 'Filesystem')
  },
  'io.k8s.api.core.v1.PersistentVolumeClaim': (claim: PersistentVolumeClaim) =>
    orElse((claim.status ??= {}), 'phase', 'Pending'),
  'io.k8s.api.core.v1.PersistentVolumeClaimSpec': (spec: PersistentVolumeClaimSpec) =>
    ifMissing(spec, 'volumeMode', 'Filesystem'),
  'io.k8s.api.storage.v1.StorageClass': (storage: StorageClass) => {
    ifMissing(storage, 'reclaimPolicy', 'Delete')
    ifMissing(storage, 'volumeBindingMode', 'Immediate')
  },
  'io.k8s.api.storage.v1.CSIDriver': ({ spec }: CSIDriver) => {
    if (spec === undefined) return
    ifMissing(spec, 'attachRequired', true)
    ifMissing(spec, 'podInfoOnMount', false)
    ifMissing(spec, 'storageCapacity', false)
    ifMissing(spec, 'fsGroupPolicy', 'ReadWriteOnceWithFSType')
    if ((spec.volumeLifecycleModes ?? []).length === 0) spec.volumeLifecycleModes = ['Persistent']
    ifMissing(spec, 'requiresRepublish', false)
    ifMissing(spec, 'seLinuxMount', false)
  },
  'io.k8s.api.scheduling.v1.PriorityClass': (priority: PriorityClass) =>
    ifMissing(priority, 'preemptionPolicy', 'PreemptLowerPriority'),
}
