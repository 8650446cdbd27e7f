/** Whether a daemon set wants a pod on a node. Pure. Source: k8s.io/kubernetes v1.34, NodeShouldRunDaemonPod in
 *  pkg/controller/daemon and AddOrUpdateDaemonPodTolerations in pkg/controller/daemon/util. */
import { type k8s, matchesNodeRequirements, toleratesTaint } from '../../api/index.ts'

export interface NodeFit {
  /** A pod that is not there should be made. */
  run: boolean
  /** A pod that is there may stay. */
  stay: boolean
}

export function nodeFit({ spec }: k8s.DaemonSet, node: k8s.Node): NodeFit {
  const { name, labels = {} } = node.metadata
  const template = spec.template.spec ?? { containers: [] }
  if (template.nodeName && template.nodeName !== name) return { run: false, stay: false }
  if (!matchesNodeRequirements(template, { name, labels })) return { run: false, stay: false }
  const tolerations = daemonTolerations(template)
  const repels = (...effects: string[]) =>
    (node.spec?.taints ?? []).some((taint) => effects.includes(taint.effect) && !toleratesTaint(tolerations, taint))
  return { run: !repels('NoExecute', 'NoSchedule'), stay: !repels('NoExecute') }
}

const ON_EVERY_DAEMON: readonly (readonly [key: string, effect: string])[] = [
  ['node.kubernetes.io/not-ready', 'NoExecute'],
  ['node.kubernetes.io/unreachable', 'NoExecute'],
  ['node.kubernetes.io/disk-pressure', 'NoSchedule'],
  ['node.kubernetes.io/memory-pressure', 'NoSchedule'],
  ['node.kubernetes.io/pid-pressure', 'NoSchedule'],
  ['node.kubernetes.io/unschedulable', 'NoSchedule'],
]
const ON_HOST_NETWORK = ['node.kubernetes.io/network-unavailable', 'NoSchedule'] as const

/** The pod's own tolerations, and those that keep daemons where other pods have to go. */
export function daemonTolerations(spec: k8s.PodSpec): k8s.Toleration[] {
  const added = (spec.hostNetwork ? [...ON_EVERY_DAEMON, ON_HOST_NETWORK] : ON_EVERY_DAEMON).map(([key, effect]) => ({
    key,
    operator: 'Exists',
    effect,
  }))
  const isAdded = ({ key, operator, effect, value }: k8s.Toleration) =>
    !value && added.some((one) => one.key === key && one.operator === operator && one.effect === effect)
  return [...(spec.tolerations ?? []).filter((toleration) => !isAdded(toleration)), ...added]
}
