/** A daemon set's pod for one node. The scheduler binds it; the node is in its affinity. Pure. Source:
 *  k8s.io/kubernetes v1.34, pkg/controller/daemon/util/daemonset_util.go. */
import { type k8s, resources } from '../../api/index.ts'
import { HASH_LABEL } from '../history/index.ts'
import { podFromTemplate } from '../pods/index.ts'
import { daemonTolerations } from './node-fit.ts'

const GENERATION_LABEL = 'pod-template-generation'
const GENERATION_ANNOTATION = 'deprecated.daemonset.template.generation'
const NODE_NAME_FIELD = 'metadata.name'

export function newDaemonPod(
  daemonSet: k8s.DaemonSet,
  { nodeName, hash, random }: { nodeName: string; hash: string; random: () => number },
): k8s.Pod {
  const pod = podFromTemplate(daemonSet, daemonSet.spec.template, { random, resource: resources.daemonsets })
  const generation = templateGeneration(daemonSet)
  pod.metadata.labels = {
    ...pod.metadata.labels,
    ...(generation !== undefined && { [GENERATION_LABEL]: generation }),
    [HASH_LABEL]: hash,
  }
  pod.spec.tolerations = daemonTolerations(pod.spec)
  pod.spec.affinity = boundTo(pod.spec.affinity, nodeName)
  return pod
}

/** Whatever nodes the template asked for have been heeded in the choice of this one. */
function boundTo(affinity: k8s.Affinity | undefined, nodeName: string): k8s.Affinity {
  const nodeSelectorTerms = [{ matchFields: [{ key: NODE_NAME_FIELD, operator: 'In', values: [nodeName] }] }]
  const required = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } }
  return { ...affinity, nodeAffinity: { ...affinity?.nodeAffinity, ...required } }
}

/** The node that the pod is on or is meant for; nothing when it does not say. */
export function targetNode({ spec }: k8s.Pod): string | undefined {
  if (spec.nodeName) return spec.nodeName
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  const values = (required?.nodeSelectorTerms ?? [])
    .flatMap(({ matchFields }) => matchFields ?? [])
    .find(({ key, operator }) => key === NODE_NAME_FIELD && operator === 'In')?.values
  return values?.length === 1 ? values[0] : undefined
}

/** Whether the pod is of the present template. */
export function isUpdated(daemonSet: k8s.DaemonSet, { metadata }: k8s.Pod, hash: string): boolean {
  const generation = templateGeneration(daemonSet)
  if (generation !== undefined && metadata.labels?.[GENERATION_LABEL] === generation) return true
  return metadata.labels?.[HASH_LABEL] === hash
}

function templateGeneration({ metadata }: k8s.DaemonSet): string | undefined {
  const text = metadata.annotations?.[GENERATION_ANNOTATION] ?? ''
  return /^-?\d+$/.test(text) ? String(Number(text)) : undefined
}
