/** Who a pod of a stateful set is: its name, its ordinal, and what follows from them. Pure. Source: k8s.io/kubernetes
 *  v1.34, pkg/controller/statefulset/stateful_set_utils.go. */
import type { k8s } from '../../api/index.ts'

const POD_NAME_LABEL = 'statefulset.kubernetes.io/pod-name'
const POD_INDEX_LABEL = 'apps.kubernetes.io/pod-index'
const MEMBER_NAME = /^(.*)-([0-9]+)$/
const LARGEST_ORDINAL = 2 ** 31 - 1

/** -1 when the name has none. */
export function ordinalOf({ metadata }: k8s.Pod): number {
  const ordinal = Number(MEMBER_NAME.exec(metadata.name)?.[2] ?? -1)
  return ordinal > LARGEST_ORDINAL ? -1 : ordinal
}

/** Whether the pod's name is one that the set gives. */
export function isMember(set: k8s.StatefulSet, { metadata }: k8s.Pod): boolean {
  return MEMBER_NAME.exec(metadata.name)?.[1] === set.metadata.name
}

export const podName = (set: k8s.StatefulSet, ordinal: number): string => `${set.metadata.name}-${ordinal}`
export const replicasOf = ({ spec }: k8s.StatefulSet): number => spec.replicas ?? 1
export const startOf = ({ spec }: k8s.StatefulSet): number => spec.ordinals?.start ?? 0

/** Whether the set should have a pod of this ordinal. */
export function isInRange(set: k8s.StatefulSet, pod: k8s.Pod): boolean {
  const ordinal = ordinalOf(pod)
  return ordinal >= startOf(set) && ordinal < startOf(set) + replicasOf(set)
}

export function hasIdentity(set: k8s.StatefulSet, pod: k8s.Pod): boolean {
  return isMember(set, pod) && pod.metadata.labels?.[POD_NAME_LABEL] === pod.metadata.name
}

/** The labels by which a pod is told from its siblings. */
export function identityLabels(pod: k8s.Pod): Record<string, string> {
  return { [POD_NAME_LABEL]: pod.metadata.name, [POD_INDEX_LABEL]: String(ordinalOf(pod)) }
}
