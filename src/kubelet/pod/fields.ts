/** The downward API: a pod's own fields and a container's resources as text. Pure. Source: Kubernetes v1.34,
 *  pkg/fieldpath, pkg/api/v1/resource; the names are those of the documentation "Downward API". */
import { type k8s, quantityMilli, quantityValue } from '../../api/index.ts'

export interface NodeFacts {
  nodeName: string
  hostIP: string
  cpuMilli: number
  memoryBytes: number
  /** Of the disk that pods write to. */
  diskBytes?: number
}

/** `key="value"` lines, as files of metadata.labels and metadata.annotations have them. */
const lines = (map: Record<string, string> = {}) =>
  Object.keys(map)
    .toSorted()
    .map((key) => `${key}=${JSON.stringify(map[key])}`)
    .join('\n')

/** Undefined where there is no such field. */
export function podField(pod: k8s.Pod, path: string, node: NodeFacts, podIPs: readonly string[]): string | undefined {
  const { metadata, spec } = pod
  const subscript = /^metadata\.(labels|annotations)\['([^']+)'\]$/.exec(path)
  if (subscript !== null) return metadata[subscript[1] as 'labels' | 'annotations']?.[subscript[2] as string] ?? ''
  switch (path) {
    case 'metadata.name':
      return metadata.name
    case 'metadata.namespace':
      return metadata.namespace ?? 'default'
    case 'metadata.uid':
      return metadata.uid ?? ''
    case 'metadata.labels':
      return lines(metadata.labels)
    case 'metadata.annotations':
      return lines(metadata.annotations)
    case 'spec.nodeName':
      return spec.nodeName ?? node.nodeName
    case 'spec.serviceAccountName':
      return spec.serviceAccountName ?? 'default'
    case 'status.hostIP':
    case 'status.hostIPs':
      return node.hostIP
    case 'status.podIP':
      return podIPs[0] ?? ''
    case 'status.podIPs':
      return podIPs.join(',')
    default:
      return undefined
  }
}

/** `limits.cpu`, `requests.memory`, … rounded up to the divisor, as Kubernetes does. A limit that is not set is what
 *  the node has. */
export function resourceField(container: k8s.Container, selector: k8s.ResourceFieldSelector, node: NodeFacts): string {
  const [kind, name = ''] = selector.resource.split('.', 2)
  const table = kind === 'limits' ? container.resources?.limits : container.resources?.requests
  const divisor = selector.divisor === undefined || selector.divisor === '0' ? '1' : selector.divisor
  const value = table?.[name] ?? (kind === 'limits' ? undefined : container.resources?.limits?.[name])
  if (name === 'cpu') {
    const cpuMilli = value === undefined ? (kind === 'limits' ? node.cpuMilli : 0) : quantityMilli(value)
    return String(Math.ceil(cpuMilli / quantityMilli(divisor)))
  }
  const ofNode: Record<string, number | undefined> = { memory: node.memoryBytes, 'ephemeral-storage': node.diskBytes }
  const fallback = kind === 'limits' ? (ofNode[name] ?? 0) : 0
  const amount = value === undefined ? fallback : quantityValue(value)
  return String(Math.ceil(amount / quantityValue(divisor)))
}
