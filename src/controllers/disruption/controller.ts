/** What the steps of the disruption controller are given. */
import type { k8s } from '../../api/index.ts'
import type { Client, Informer } from '../../client/index.ts'
import type { Clock } from '../../lib/index.ts'
import type { RecordEvent } from '../events.ts'
import type { ScaleOf } from './expected-scale.ts'

export interface DisruptionController {
  client: Client
  clock: Clock
  budgets: Informer<k8s.PodDisruptionBudget>
  pods: Informer<k8s.Pod>
  scaleOf: ScaleOf
  record: RecordEvent
}
