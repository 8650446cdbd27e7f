/** What the steps of the stateful set controller are given. */
import type { k8s } from '../../api/index.ts'
import type { Client, Informer } from '../../client/index.ts'
import type { Clock } from '../../lib/index.ts'
import type { RecordEvent } from '../events.ts'

export interface StatefulSetController {
  client: Client
  clock: Clock
  sets: Informer<k8s.StatefulSet>
  claims: Informer<k8s.PersistentVolumeClaim>
  /** Pods and revisions by the uid of their controller; `orphans/namespace` for those without. */
  podsOf: (owner: string) => k8s.Pod[]
  revisionsOf: (owner: string) => k8s.ControllerRevision[]
  record: RecordEvent
}
