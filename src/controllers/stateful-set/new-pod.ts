/** A pod of a stateful set as it is to be made. Pure. Source: k8s.io/kubernetes v1.34, newVersionedStatefulSetPod in
 *  pkg/controller/statefulset/stateful_set_utils.go. */
import { type k8s, resources } from '../../api/index.ts'
import { HASH_LABEL, templateOf } from '../history/index.ts'
import { podFromTemplate } from '../pods/index.ts'
import { volumesWithClaims } from './claims.ts'
import { identityLabels, podName, startOf } from './identity.ts'

export interface SetRevisions {
  current: k8s.ControllerRevision
  update: k8s.ControllerRevision
}

export function newPod(set: k8s.StatefulSet, revisions: SetRevisions, ordinal: number): k8s.Pod {
  const revision = staysCurrent(set, ordinal) ? revisions.current : revisions.update
  const template = templateOf(revision) ?? set.spec.template
  const pod = podFromTemplate(set, template, { random: () => 0, resource: resources.statefulsets })
  pod.metadata.name = podName(set, ordinal)
  pod.metadata.labels = { ...pod.metadata.labels, ...identityLabels(pod), [HASH_LABEL]: revision.metadata.name }
  pod.spec.hostname = pod.metadata.name
  if (set.spec.serviceName) pod.spec.subdomain = set.spec.serviceName
  const volumes = volumesWithClaims(set, pod)
  if (volumes.length > 0) pod.spec.volumes = volumes
  return pod
}

/** Whether a pod of this ordinal is made of the current revision rather than of the one it is to be updated to. */
function staysCurrent(set: k8s.StatefulSet, ordinal: number): boolean {
  const { type, rollingUpdate } = set.spec.updateStrategy ?? {}
  if (rollingUpdate !== undefined) return ordinal < startOf(set) + (rollingUpdate.partition ?? 0)
  return type === 'RollingUpdate' && ordinal < startOf(set) + (set.status?.currentReplicas ?? 0)
}

export const revisionNameOf = (pod: k8s.Pod): string => pod.metadata.labels?.[HASH_LABEL] ?? ''
