/** What the steps of the CronJob controller are given. */
import type { k8s } from '../../api/index.ts'
import type { Client, Informer } from '../../client/index.ts'
import type { Clock } from '../../lib/index.ts'
import type { RecordEvent } from '../events.ts'
import type { Dependents, SupersededVersions } from '../objects/index.ts'

export interface CronJobController {
  client: Client
  clock: Clock
  cronJobs: Informer<k8s.CronJob>
  jobs: Dependents<k8s.Job>
  superseded: SupersededVersions
  record: RecordEvent
}
