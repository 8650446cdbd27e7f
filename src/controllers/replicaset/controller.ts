/** What the steps of the replica set controller are given. */
import type { k8s, Resource } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import type { Clock } from '../../lib/index.ts'
import type { RecordEvent } from '../events.ts'
import type { Dependents } from '../objects/index.ts'
import type { PendingPods } from '../pods/index.ts'
import type { ReplicaOwners } from './owner.ts'

export interface ReplicaSetController {
  client: Client
  clock: Clock
  random: () => number
  replicaSets: ReplicaOwners
  /** What the replica sets are in the API. */
  resource: Resource
  pods: Dependents<k8s.Pod>
  pending: PendingPods
  record: RecordEvent
}

/** The controller at work on one replica set. */
export type ReplicaSetControl = ReplicaSetController & { key: string }
