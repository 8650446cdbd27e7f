/** What the steps of the daemon set controller are given. */
import type { k8s } from '../../api/index.ts'
import type { Client, Informer } from '../../client/index.ts'
import type { Clock } from '../../lib/index.ts'
import type { RecordEvent } from '../events.ts'
import type { Dependents } from '../objects/index.ts'
import type { PendingPods } from '../pods/index.ts'
import type { FailedPodBackoff } from './failed-pod-backoff.ts'

export interface DaemonSetController {
  client: Client
  clock: Clock
  random: () => number
  daemonSets: Informer<k8s.DaemonSet>
  nodes: Informer<k8s.Node>
  pods: Dependents<k8s.Pod>
  revisions: Dependents<k8s.ControllerRevision>
  pending: PendingPods
  backoff: FailedPodBackoff
  record: RecordEvent
}

/** The controller at work on one daemon set. */
export type DaemonSetControl = DaemonSetController & { key: string }
