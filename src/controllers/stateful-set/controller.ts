/** What the steps of the stateful set controller are given. */
import type { k8s } from '../../api/index.ts'
import type { Client, Informer } from '../../client/index.ts'
import type { Clock } from '../../lib/index.ts'
import type { RecordEvent } from '../events.ts'
import type { Dependents } from '../objects/index.ts'

export interface StatefulSetController {
  client: Client
  clock: Clock
  sets: Informer<k8s.StatefulSet>
  claims: Informer<k8s.PersistentVolumeClaim>
  pods: Dependents<k8s.Pod>
  revisions: Dependents<k8s.ControllerRevision>
  record: RecordEvent
}
