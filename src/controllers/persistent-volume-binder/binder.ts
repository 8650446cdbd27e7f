/** What the steps of binding share: what is known of the cluster, and whom to tell. */
import type { k8s, ObjectRef } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import type { RecordEvent } from '../events.ts'
import type { Operations } from './operations.ts'

export interface VolumeBinder {
  client: Client
  record: RecordEvent
  claim: (ref: ObjectRef) => k8s.PersistentVolumeClaim | undefined
  volume: (name: string) => k8s.PersistentVolume | undefined
  volumes: () => k8s.PersistentVolume[]
  storageClass: (name: string) => k8s.StorageClass | undefined
  storageClasses: () => k8s.StorageClass[]
  /** Pods that name the claim (`namespace/name`). */
  podsUsing: (claimKey: string) => k8s.Pod[]
  /** What is under way with volumes' storage. */
  operations: Operations
  /** Asks for another look at a claim. */
  lookAtClaim: (claimKey: string) => void
}
