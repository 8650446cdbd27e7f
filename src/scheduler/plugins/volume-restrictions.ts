/** A claim that one pod alone may use is used by one pod. Source: kube-scheduler v1.34, plugins/volumerestrictions; its
 *  rules for volumes of cloud disks, RBD and iSCSI are left out, for no such volume can be mounted here. */
import type { k8s } from '../../api/index.ts'
import type { FilterPlugin, Misfit } from '../framework.ts'
import type { Snapshot } from '../snapshot.ts'

const IN_USE: Misfit = {
  reasons: [
    'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod',
  ],
  resolvable: true,
}

export const volumeRestrictions: FilterPlugin = {
  name: 'VolumeRestrictions',
  wakesOn: ['NodeChanged', 'PodRemoved', 'StorageChanged'],
  begin: (pod, snapshot) => {
    const exclusive = exclusiveClaims(pod, snapshot)
    const isUsed = (other: k8s.Pod) =>
      other.metadata.namespace === pod.metadata.namespace && claimNames(other).some((name) => exclusive.has(name))
    if (exclusive.size === 0) return undefined
    if (!snapshot.nodes.some((node) => node.pods.some((other) => isUsed(other.pod)))) return undefined
    return () => IN_USE
  },
}

const claimNames = ({ spec }: k8s.Pod): string[] =>
  (spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? [])

function exclusiveClaims(pod: k8s.Pod, { storage }: Snapshot): Set<string> {
  const { namespace } = pod.metadata
  return new Set(
    claimNames(pod).filter((name) =>
      storage?.claim({ namespace, name })?.spec.accessModes?.includes('ReadWriteOncePod'),
    ),
  )
}
