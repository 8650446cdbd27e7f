/** What the steps of the Job controller are given. */
import type { k8s } from '../../api/index.ts'
import type { Client, Informer } from '../../client/index.ts'
import type { Clock } from '../../lib/index.ts'
import type { RecordEvent } from '../events.ts'
import type { Dependents, SupersededVersions } from '../objects/index.ts'
import type { PendingPods } from '../pods/index.ts'
import type { FailureRecords } from './failure-backoff.ts'
import type { ReleasedPods } from './released-pods.ts'

export interface JobController {
  client: Client
  clock: Clock
  random: () => number
  jobs: Informer<k8s.Job>
  pods: Dependents<k8s.Pod>
  pending: PendingPods
  released: ReleasedPods
  superseded: SupersededVersions
  failures: FailureRecords
  record: RecordEvent
}

/** The controller at work on one Job. */
export type JobControl = JobController & { key: string }
