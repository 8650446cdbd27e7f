/** In which order pods end when their node shuts down, and how long each group of them has. Pure. Source: Kubernetes
 *  v1.34, pkg/kubelet/nodeshutdown (migrateConfig, groupByPriority); KEP-2000, KEP-2712. */
import type { k8s } from '../../api/index.ts'
import { isCritical } from '../eviction/admit.ts'

export interface ShutdownGroup {
  pods: k8s.Pod[]
  /** What there is for all of them, side by side. */
  graceMs: number
}

/** Critical pods (system-cluster-critical, system-node-critical) have a quarter of the time, and no more than this. */
const CRITICAL_MS = 10_000
const CRITICAL_SHARE = 0.25

/** Those that end first come first; `graceMs` is for all groups together. A group without pods takes no time. */
export function shutdownGroups(pods: readonly k8s.Pod[], graceMs: number): ShutdownGroup[] {
  const criticalMs = Math.min(CRITICAL_MS, graceMs * CRITICAL_SHARE)
  const groups = [
    { pods: pods.filter((pod) => !isCritical(pod)), graceMs: graceMs - criticalMs },
    { pods: pods.filter(isCritical), graceMs: criticalMs },
  ]
  return groups.filter((group) => group.pods.length > 0)
}

/** A pod's own grace period counts where the group has more. */
export const graceOf = ({ spec }: k8s.Pod, groupMs: number): number =>
  Math.min((spec.terminationGracePeriodSeconds ?? 30) * 1000, groupMs)
