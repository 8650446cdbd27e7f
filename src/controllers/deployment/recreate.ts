/** One step of a Recreate rollout: all old pods gone first, then the new ones. Source: k8s.io/kubernetes v1.34,
 *  pkg/controller/deployment/recreate.go. */
import type { k8s } from '../../api/index.ts'
import { isPodTerminal } from '../objects/index.ts'
import { desiredReplicas, isActive, type Rollout, type Scale, total } from './snapshot.ts'

export type RecreateStep =
  | { do: 'scale'; scales: Scale[] }
  /** Old pods still run. */
  | { do: 'wait' }
  | { do: 'create' }

/** `pods` are those of all the deployment's replica sets, with the uid of their replica set. */
export function planRecreate(rollout: Rollout, pods: readonly { owner: string; pod: k8s.Pod }[]): RecreateStep {
  const { deployment, newReplicaSet, oldReplicaSets } = rollout
  const down = oldReplicaSets.filter(isActive).map((replicaSet) => ({ replicaSet, replicas: 0 }))
  if (down.length > 0) return { do: 'scale', scales: down }
  const counted = total(oldReplicaSets, (replicaSet) => replicaSet.status?.replicas ?? 0)
  const running = pods.some(({ owner, pod }) => owner !== newReplicaSet?.metadata.uid && !isPodTerminal(pod))
  if (counted > 0 || running) return { do: 'wait' }
  if (newReplicaSet === undefined) return { do: 'create' }
  const replicas = desiredReplicas(deployment)
  return {
    do: 'scale',
    scales: replicas === desiredReplicas(newReplicaSet) ? [] : [{ replicaSet: newReplicaSet, replicas }],
  }
}
