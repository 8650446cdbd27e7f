/** A stateful set's status, counted from its pods. Pure. Source: k8s.io/kubernetes v1.34, computeReplicaStatus and
 *  completeRollingUpdate in pkg/controller/statefulset. */
import type { k8s } from '../../api/index.ts'
import { isPodReady, msUntilAvailable } from '../objects/index.ts'
import { ordinalOf, replicasOf } from './identity.ts'
import { revisionNameOf, type SetRevisions } from './new-pod.ts'

export interface SetObservation {
  set: k8s.StatefulSet
  revisions: SetRevisions
  collisionCount: number
  pods: readonly k8s.Pod[]
  /** How many of them go in this round for the update's sake. */
  replaced: number
  nowMs: number
}

export function statefulSetStatus(observation: SetObservation): k8s.StatefulSetStatus {
  const { set, revisions, collisionCount, replaced } = observation
  const created = members(observation)
  const living = created.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  const ready = created.filter((pod) => pod.status?.phase === 'Running' && isPodReady(pod))
  const ofRevision = ({ metadata }: k8s.ControllerRevision) =>
    living.filter((pod) => revisionNameOf(pod) === metadata.name).length
  const status: k8s.StatefulSetStatus = {
    observedGeneration: set.metadata.generation,
    replicas: created.length,
    readyReplicas: ready.length,
    availableReplicas: ready.filter((pod) => waitOf(observation, pod) === 0).length,
    currentReplicas: ofRevision(revisions.current) - replaced,
    updatedReplicas: ofRevision(revisions.update),
    currentRevision: revisions.current.metadata.name,
    updateRevision: revisions.update.metadata.name,
    collisionCount,
  }
  return isUpdated(set, status)
    ? { ...status, currentReplicas: status.updatedReplicas, currentRevision: status.updateRevision }
    : status
}

function isUpdated(set: k8s.StatefulSet, { replicas, readyReplicas, updatedReplicas }: k8s.StatefulSetStatus): boolean {
  if (set.spec.updateStrategy?.type === 'OnDelete') return false
  return [replicas, readyReplicas, updatedReplicas].every((count) => count === replicasOf(set))
}

const COUNTS = [
  'replicas',
  'readyReplicas',
  'availableReplicas',
  'currentReplicas',
  'updatedReplicas',
] as const satisfies (keyof k8s.StatefulSetStatus)[]

/** Whether `status` says something that the set's own does not. */
export function tellsMore(status: k8s.StatefulSetStatus, present: k8s.StatefulSetStatus | undefined): boolean {
  return (
    (status.observedGeneration ?? 0) > (present?.observedGeneration ?? 0) ||
    COUNTS.some((count) => (status[count] ?? 0) !== (present?.[count] ?? 0)) ||
    status.currentRevision !== present?.currentRevision ||
    status.updateRevision !== present?.updateRevision
  )
}

/** Milliseconds until the next ready pod becomes available; nothing when none is waiting to. */
export function msUntilNextAvailable(observation: SetObservation): number | undefined {
  const waits = members(observation)
    .map((pod) => waitOf(observation, pod))
    .filter((ms): ms is number => ms !== undefined && ms > 0)
  return waits.length === 0 ? undefined : Math.min(...waits)
}

const members = ({ pods }: SetObservation) => pods.filter((pod) => pod.status?.phase && ordinalOf(pod) >= 0)

const waitOf = ({ set, nowMs }: SetObservation, pod: k8s.Pod) =>
  msUntilAvailable(pod, set.spec.minReadySeconds ?? 0, nowMs)
