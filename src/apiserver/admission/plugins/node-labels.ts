/** Which labels a node may give itself: not those by which workloads are kept away from it.
 *  Source: kubernetes v1.34, plugin/pkg/admission/noderestriction (`getForbiddenLabels`); k8s.io/kubelet v0.34,
 *  pkg/apis/well_known_labels.go. */

const OWN = new Set([
  'kubernetes.io/hostname',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
  'beta.kubernetes.io/instance-type',
  'node.kubernetes.io/instance-type',
  'kubernetes.io/os',
  'kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
])
const OWN_NAMESPACES = ['kubelet.kubernetes.io', 'node.kubernetes.io']

type Labels = Readonly<Record<string, string>> | undefined

/** Those that differ and are not the node's to set, in order. */
export function forbiddenLabels(wanted: Labels, old: Labels): string[] {
  const [after, before] = [new Map(Object.entries(wanted ?? {})), new Map(Object.entries(old ?? {}))]
  const changed = [...new Set([...after.keys(), ...before.keys()])].filter((key) => after.get(key) !== before.get(key))
  return changed.filter((key) => !mayBeSet(key)).sort()
}

function mayBeSet(label: string): boolean {
  const slash = label.indexOf('/')
  const namespace = slash === -1 ? '' : label.slice(0, slash)
  if (isWithin(namespace, 'node-restriction.kubernetes.io')) return false
  if (!isWithin(namespace, 'kubernetes.io') && !isWithin(namespace, 'k8s.io')) return true
  return OWN.has(label) || OWN_NAMESPACES.some((own) => isWithin(namespace, own))
}

const isWithin = (namespace: string, domain: string) => namespace === domain || namespace.endsWith(`.${domain}`)
