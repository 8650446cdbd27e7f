/** A pod goes where its volumes are, or can be. Source: kube-scheduler v1.34, plugins/volumebinding. */
import { type k8s, labelSelectorMatches, storageClassOf, volumeAnnotations } from '../../api/index.ts'
import type { FilterPlugin } from '../framework.ts'
import type { NodeInfo } from '../snapshot.ts'
import { isReachable, podClaims, volumesOnNode } from '../volumes/pod-claims.ts'
import type { StorageView } from '../volumes/storage-view.ts'

const NO_PROVISIONER = 'kubernetes.io/no-provisioner'

export const volumeBinding: FilterPlugin = {
  name: 'VolumeBinding',
  wakesOn: ['NodeChanged', 'StorageChanged'],
  preFilter: (pod, { storage }) => {
    const claims = storage && podClaims(pod, storage)
    return typeof claims === 'string' ? { refusal: claims } : undefined
  },
  begin: (pod, { storage }) => {
    const claims = storage && podClaims(pod, storage)
    if (storage === undefined || claims === undefined || typeof claims === 'string') return undefined
    return (node) => {
      const volumes = claims.bound.map(({ spec }) => storage.volume(spec.volumeName ?? ''))
      const reasons: string[] = []
      if (volumes.some((volume) => volume !== undefined && !isReachable(volume, node)))
        reasons.push("node(s) didn't match PersistentVolume's node affinity")
      const missing = [...volumesOnNode(claims, storage, node)].filter(([, volume]) => volume === undefined)
      if (missing.some(([claim]) => !canBeMade(claim, storage, node)))
        reasons.push("node(s) didn't find available persistent volumes to bind")
      if (volumes.includes(undefined))
        reasons.push('node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)')
      return reasons.length === 0 ? undefined : { reasons, resolvable: false }
    }
  },
}

function canBeMade(claim: k8s.PersistentVolumeClaim, storage: StorageView, node: NodeInfo): boolean {
  const selected = claim.metadata.annotations?.[volumeAnnotations.SELECTED_NODE]
  if (selected !== undefined) return selected === node.name
  const storageClass = storage.storageClass(storageClassOf(claim))
  if (storageClass === undefined || storageClass.provisioner === NO_PROVISIONER) return false
  const terms = storageClass.allowedTopologies ?? []
  return (
    terms.length === 0 ||
    terms.some(({ matchLabelExpressions = [] }) =>
      labelSelectorMatches(
        { matchExpressions: matchLabelExpressions.map((one) => ({ ...one, operator: 'In' })) },
        node.labels,
      ),
    )
  )
}
