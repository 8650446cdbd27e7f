/** What of a pod the kubelet acts on, as a text: the same for two states of it that ask for the same. */
import type { k8s } from '../../api/index.ts'

export const podWish = ({ metadata, spec, status }: k8s.Pod): string =>
  JSON.stringify([spec, metadata.labels, metadata.annotations, gates(spec, status)])

/** Conditions that others set and that the pod's readiness hangs on. */
const gates = ({ readinessGates = [] }: k8s.PodSpec, status?: k8s.PodStatus) =>
  readinessGates.map(({ conditionType }) => status?.conditions?.find(({ type }) => type === conditionType)?.status)
