/** Which pods count. Pure. Source: Kubernetes v1.34, pkg/controller/podautoscaler/replica_calculator.go (groupPods). */
import type { k8s } from '../../api/index.ts'
import { findCondition } from '../objects/index.ts'
import type { PodMetric, PodMetricsInfo } from './pod-metrics.ts'

/** A pod's CPU tells little while it starts. */
const CPU_INITIALIZATION_MS = 5 * 60_000
/** How long after its start a pod that was never ready may turn unready. */
const INITIAL_READINESS_MS = 30_000

export interface PodGroups {
  readyCount: number
  unready: Set<string>
  /** Without a metric. */
  missing: Set<string>
  /** Ending or failed. */
  ignored: Set<string>
}

export function groupPods(
  pods: readonly k8s.Pod[],
  metrics: PodMetricsInfo,
  { isCpu, nowMs }: { isCpu: boolean; nowMs: number },
): PodGroups {
  const groups: PodGroups = { readyCount: 0, unready: new Set(), missing: new Set(), ignored: new Set() }
  for (const pod of pods) {
    const { name, deletionTimestamp } = pod.metadata
    const phase = pod.status?.phase
    const metric = metrics.get(name)
    if (deletionTimestamp !== undefined || phase === 'Failed') groups.ignored.add(name)
    else if (phase === 'Pending') groups.unready.add(name)
    else if (metric === undefined) groups.missing.add(name)
    else if (isCpu && isCpuUnready(pod, metric, nowMs)) groups.unready.add(name)
    else groups.readyCount++
  }
  return groups
}

function isCpuUnready({ status }: k8s.Pod, { timestampMs, windowMs }: PodMetric, nowMs: number): boolean {
  const ready = findCondition(status?.conditions, 'Ready')
  if (ready === undefined || !status?.startTime) return true
  const startMs = Date.parse(status.startTime)
  const changedMs = Date.parse(ready.lastTransitionTime ?? '')
  const notReady = ready.status === 'False'
  if (startMs + CPU_INITIALIZATION_MS > nowMs) return notReady || timestampMs < changedMs + windowMs
  return notReady && startMs + INITIAL_READINESS_MS > changedMs
}
