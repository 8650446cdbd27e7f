/** A pod that was told it would be disrupted, and then was not, is told so. Source: k8s.io/kubernetes v1.34,
 *  syncStalePodDisruption in pkg/controller/disruption/disruption.go. */
import { type k8s, parseKey, resources } from '../../api/index.ts'
import { toKubernetesTime } from '../../lib/index.ts'
import { isPodTerminal } from '../objects/index.ts'
import type { DisruptionController } from './controller.ts'

const STALE_AFTER_MS = 2 * 60_000
const TYPE = 'DisruptionTarget'

/** Milliseconds until the pod's DisruptionTarget is stale; nothing when it has none, is going, or has ended. What the
 *  kubelet says is never stale: ending a pod may take it any time. */
export function msUntilStale(pod: k8s.Pod, nowMs: number): number | undefined {
  if (pod.metadata.deletionTimestamp !== undefined || isPodTerminal(pod)) return undefined
  const target = pod.status?.conditions?.find(({ type }) => type === TYPE)
  if (target?.status !== 'True' || target.reason === 'TerminationByKubelet') return undefined
  return Math.max(0, (Date.parse(target.lastTransitionTime ?? '') || 0) + STALE_AFTER_MS - nowMs)
}

/** Resolves to the milliseconds after which the pod is to be looked at again, if it waits for that. */
export async function cleanStaleTarget(
  { client, clock, pods }: DisruptionController,
  key: string,
): Promise<number | undefined> {
  const pod = pods.get(parseKey(key))
  const waitMs = pod && msUntilStale(pod, clock.now())
  if (pod === undefined || waitMs === undefined || waitMs > 0) return waitMs
  const next: k8s.PodCondition = {
    type: TYPE,
    status: 'False',
    ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
    lastTransitionTime: toKubernetesTime(clock.now()),
  }
  const conditions = pod.status?.conditions?.map((condition) => (condition.type === TYPE ? next : condition)) ?? []
  await client.updateStatus(resources.pods, { ...pod, status: { ...pod.status, conditions } })
  return undefined
}
