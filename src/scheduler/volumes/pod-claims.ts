/** The claims of a pod: those that are bound, those that its node decides, and what keeps it from any node.
 *  Source: kube-scheduler v1.34, plugins/volumebinding (podHasPVCs, GetPodVolumeClaims). */
import {
  claimNameOf,
  findVolumeFor,
  isClaimOfPod,
  type k8s,
  matchesNodeTerm,
  notClaimOfPod,
  storageClassOf,
  volumeAnnotations,
} from '../../api/index.ts'
import type { NodeInfo } from '../snapshot.ts'
import type { StorageView } from './storage-view.ts'

type Claim = k8s.PersistentVolumeClaim

export interface PodClaims {
  bound: readonly Claim[]
  /** Bound once the pod's node is known. */
  open: readonly Claim[]
}

/** Undefined for a pod without claims; a text where no node can take it. */
export function podClaims(pod: k8s.Pod, storage: StorageView): PodClaims | string | undefined {
  const bound: Claim[] = []
  const open: Claim[] = []
  let hasUnboundImmediate = false
  for (const volume of pod.spec.volumes ?? []) {
    const name = claimNameOf(pod, volume)
    if (name === undefined) continue
    const claim = storage.claim({ namespace: pod.metadata.namespace, name })
    const quoted = JSON.stringify(name)
    if (claim === undefined)
      return volume.ephemeral === undefined
        ? `persistentvolumeclaim ${quoted} not found`
        : `waiting for ephemeral volume controller to create the persistentvolumeclaim ${quoted}`
    if (claim.status?.phase === 'Lost')
      return `persistentvolumeclaim ${quoted} bound to non-existent persistentvolume ${JSON.stringify(claim.spec.volumeName ?? '')}`
    if (claim.metadata.deletionTimestamp !== undefined) return `persistentvolumeclaim ${quoted} is being deleted`
    if (volume.ephemeral !== undefined && !isClaimOfPod(claim, pod)) return notClaimOfPod(claim, pod)
    if (isFullyBound(claim)) bound.push(claim)
    else if (!claim.spec.volumeName && waitsForConsumer(claim, storage)) open.push(claim)
    else hasUnboundImmediate = true
  }
  if (hasUnboundImmediate) return 'pod has unbound immediate PersistentVolumeClaims'
  return bound.length + open.length === 0 ? undefined : { bound, open }
}

export const isFullyBound = ({ spec, metadata }: Claim): boolean =>
  Boolean(spec.volumeName) && metadata.annotations?.[volumeAnnotations.BIND_COMPLETED] !== undefined

const waitsForConsumer = (claim: Claim, storage: StorageView) =>
  storage.storageClass(storageClassOf(claim))?.volumeBindingMode === 'WaitForFirstConsumer'

export function isReachable(volume: k8s.PersistentVolume, node: NodeInfo): boolean {
  const required = volume.spec.nodeAffinity?.required
  return required === undefined || required.nodeSelectorTerms.some((term) => matchesNodeTerm(term, node))
}

/** A volume for each open claim, of those that are there; undefined for one that is to be made. */
export function volumesOnNode(
  { open }: PodClaims,
  storage: StorageView,
  node: NodeInfo,
): Map<Claim, k8s.PersistentVolume | undefined> {
  const taken = new Set<string>()
  const found = new Map<Claim, k8s.PersistentVolume | undefined>()
  for (const claim of open) {
    const isChosen = claim.metadata.annotations?.[volumeAnnotations.SELECTED_NODE] !== undefined
    const volume = isChosen
      ? undefined
      : findVolumeFor(claim, storage.volumes(), { taken, isReachable: (one) => isReachable(one, node) })
    if (volume !== undefined) taken.add(volume.metadata.name)
    found.set(claim, volume)
  }
  return found
}
