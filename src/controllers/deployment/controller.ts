/** What the steps of the deployment controller are given. */
import type { k8s } from '../../api/index.ts'
import type { Client, Informer } from '../../client/index.ts'
import type { Clock } from '../../lib/index.ts'
import type { RecordEvent } from '../events.ts'

export interface DeploymentController {
  client: Client
  clock: Clock
  deployments: Informer<k8s.Deployment>
  replicaSets: Informer<k8s.ReplicaSet>
  podsOwnedBy: (replicaSet: k8s.ReplicaSet) => k8s.Pod[]
  record: RecordEvent
}
