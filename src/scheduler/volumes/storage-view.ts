/** What the scheduler knows of storage: lookups in the informers' copies, read-only. */
import type { k8s, ObjectRef } from '../../api/index.ts'

export interface StorageView {
  claim(ref: ObjectRef): k8s.PersistentVolumeClaim | undefined
  volume(name: string): k8s.PersistentVolume | undefined
  volumes(): readonly k8s.PersistentVolume[]
  storageClass(name: string): k8s.StorageClass | undefined
}
