/** How pods that ask for nothing are spread: those of one workload over nodes and zones. Source: kube-scheduler v1.34,
 *  podtopologyspread (systemDefaultConstraints) and plugins/helper DefaultSelector. */
import { type k8s, labelSelectorMatches } from '../../api/index.ts'
import { type Snapshot, workloadKey } from '../snapshot.ts'

const DEFAULTS = [
  { topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 3 },
  { topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 5 },
] as const

/** None for a pod that no Service and no known controller claims. */
export function defaultConstraints(pod: k8s.Pod, snapshot: Snapshot): k8s.TopologySpreadConstraint[] {
  const labelSelector = workloadSelector(pod, snapshot)
  return labelSelector === undefined ? [] : DEFAULTS.map((constraint) => ({ ...constraint, labelSelector }))
}

/** What the pod's Services and its controller select by, together. */
function workloadSelector(pod: k8s.Pod, { workloadSelectors }: Snapshot): k8s.LabelSelector | undefined {
  const { namespace = '', labels, ownerReferences = [] } = pod.metadata
  const services = [...workloadSelectors]
    .filter(
      ([key, selector]) =>
        key.startsWith(workloadKey('Service', namespace, '')) && labelSelectorMatches(selector, labels),
    )
    .map(([, selector]) => selector)
  const owner = ownerReferences.find(({ controller }) => controller)
  const owning = owner && workloadSelectors.get(workloadKey(owner.kind, namespace, owner.name))
  const all = owning === undefined ? services : [...services, owning]
  const matchLabels = Object.assign({}, ...all.map((selector) => selector.matchLabels)) as Record<string, string>
  const matchExpressions = all.flatMap((selector) => selector.matchExpressions ?? [])
  return Object.keys(matchLabels).length + matchExpressions.length === 0 ? undefined : { matchLabels, matchExpressions }
}
