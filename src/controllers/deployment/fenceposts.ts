/** How far a rolling update may stray from the wished number of pods. Source: k8s.io/kubernetes v1.34,
 *  ResolveFenceposts, MaxSurge and MaxUnavailable in pkg/controller/deployment/util. */
import type { k8s } from '../../api/index.ts'
import { scaledValue } from '../objects/index.ts'
import { desiredReplicas } from './snapshot.ts'

export interface Fenceposts {
  /** Pods there may be above the wished number. */
  maxSurge: number
  /** Pods that may be unavailable of the wished number. */
  maxUnavailable: number
}

export const isRollingUpdate = (deployment: k8s.Deployment): boolean =>
  (deployment.spec.strategy?.type ?? 'RollingUpdate') === 'RollingUpdate'

/** A percentage of surge is rounded up, one of unavailability down. Both zero would let nothing move, so that one pod
 *  may then be unavailable. Only a rolling update has either. */
export function fencepostsOf(deployment: k8s.Deployment): Fenceposts {
  if (!isRollingUpdate(deployment)) return { maxSurge: 0, maxUnavailable: 0 }
  const replicas = desiredReplicas(deployment)
  const limits = deployment.spec.strategy?.rollingUpdate ?? { maxSurge: '25%', maxUnavailable: '25%' }
  const maxSurge = scaledValue(limits.maxSurge, replicas, 'up')
  const maxUnavailable = scaledValue(limits.maxUnavailable, replicas, 'down')
  const unavailable = maxSurge === 0 && maxUnavailable === 0 ? 1 : maxUnavailable
  return { maxSurge, maxUnavailable: Math.min(unavailable, replicas) }
}

/** Pods that must stay available throughout a rolling update, and must be for the deployment to count as available. */
export const minAvailable = (deployment: k8s.Deployment): number =>
  desiredReplicas(deployment) - fencepostsOf(deployment).maxUnavailable

/** Pods there may be at any instant. */
export const maxReplicas = (deployment: k8s.Deployment): number =>
  desiredReplicas(deployment) + fencepostsOf(deployment).maxSurge
