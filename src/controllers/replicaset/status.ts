/** A replica set's status, counted from its pods. */
import type { k8s } from '../../api/index.ts'
import { errorMessage } from '../../lib/index.ts'
import { findCondition, isPodReady, msUntilAvailable, withCondition, withoutCondition } from '../objects/index.ts'

export interface ReplicaSetObservation {
  replicaSet: k8s.ReplicaSet
  /** Its pods that are neither ended nor being deleted. */
  active: readonly k8s.Pod[]
  terminating: readonly k8s.Pod[]
  /** Why pods could not be created or deleted in this round. */
  failure?: unknown
  /** Epoch milliseconds and the same instant in Kubernetes' form. */
  nowMs: number
  now: string
}

export function replicaSetStatus(observation: ReplicaSetObservation): k8s.ReplicaSetStatus {
  const { replicaSet, active, terminating, nowMs } = observation
  const templateLabels = Object.entries(replicaSet.spec.template?.metadata?.labels ?? {})
  const minReadySeconds = replicaSet.spec.minReadySeconds ?? 0
  const count = (test: (pod: k8s.Pod) => boolean) => active.filter(test).length
  const conditions = replicaSetConditions(observation)
  return {
    replicas: active.length,
    fullyLabeledReplicas: count((pod) =>
      templateLabels.every(([name, value]) => pod.metadata.labels?.[name] === value),
    ),
    readyReplicas: count(isPodReady),
    availableReplicas: count((pod) => msUntilAvailable(pod, minReadySeconds, nowMs) === 0),
    terminatingReplicas: terminating.length,
    observedGeneration: replicaSet.metadata.generation,
    ...(conditions.length > 0 && { conditions }),
  }
}

function replicaSetConditions({ replicaSet, active, failure, now }: ReplicaSetObservation): k8s.ReplicaSetCondition[] {
  const present = replicaSet.status?.conditions
  if (failure === undefined) return withoutCondition(present, 'ReplicaFailure')
  if (findCondition(present, 'ReplicaFailure') !== undefined) return present ?? []
  return withCondition(present, {
    type: 'ReplicaFailure',
    status: 'True',
    reason: active.length < (replicaSet.spec.replicas ?? 1) ? 'FailedCreate' : 'FailedDelete',
    message: errorMessage(failure),
    lastTransitionTime: now,
  })
}

/** Milliseconds until the next ready pod becomes available; nothing when none is waiting to. */
export function msUntilNextAvailable(observation: ReplicaSetObservation): number | undefined {
  const minReadySeconds = observation.replicaSet.spec.minReadySeconds ?? 0
  const waits = observation.active
    .map((pod) => msUntilAvailable(pod, minReadySeconds, observation.nowMs))
    .filter((ms): ms is number => ms !== undefined && ms > 0)
  return waits.length === 0 ? undefined : Math.min(...waits)
}
