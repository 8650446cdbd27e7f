/** A pod goes to the zones that its volumes' labels name. Source: kube-scheduler v1.34, plugins/volumezone. */
import type { k8s } from '../../api/index.ts'
import type { FilterPlugin } from '../framework.ts'
import type { NodeInfo, Snapshot } from '../snapshot.ts'

/** Label keys of volumes and nodes, the old ones by what they are called now. */
const TOPOLOGY: Readonly<Record<string, string>> = {
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region': 'topology.kubernetes.io/region',
}

/** Separates the zones of a volume that is in several. */
const SEPARATOR = '__'

export const volumeZone: FilterPlugin = {
  name: 'VolumeZone',
  wakesOn: ['NodeChanged', 'StorageChanged'],
  begin: (pod, snapshot) => {
    const wanted = boundVolumes(pod, snapshot).flatMap(({ metadata: { labels = {} } }) =>
      Object.keys(TOPOLOGY).flatMap((key) => {
        const value = labels[key]
        return value === undefined ? [] : [{ key, values: value.split(SEPARATOR) }]
      }),
    )
    if (wanted.length === 0) return undefined
    return (node) => {
      // A node without zones is in the only one.
      const isZoned = Object.keys(TOPOLOGY).some((key) => node.labels[key] !== undefined)
      return !isZoned || wanted.every(({ key, values }) => values.includes(zoneOf(node, key) ?? ''))
        ? undefined
        : { reasons: ['node(s) had no available volume zone'], resolvable: false }
    }
  },
}

const zoneOf = ({ labels }: NodeInfo, key: string): string | undefined => labels[key] ?? labels[TOPOLOGY[key] ?? key]

function boundVolumes(pod: k8s.Pod, { storage }: Snapshot): k8s.PersistentVolume[] {
  const { namespace } = pod.metadata
  return (pod.spec.volumes ?? []).flatMap(({ persistentVolumeClaim: source }) => {
    const claim = source && storage?.claim({ namespace, name: source.claimName })
    return (claim?.spec.volumeName && storage?.volume(claim.spec.volumeName)) || []
  })
}
