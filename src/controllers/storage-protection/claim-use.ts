/** Which claims a pod uses, once it is on a node: before, the kubelet would not let it start with one that is going.
 *  Source: kubernetes v1.34, pkg/controller/volume/pvcprotection (podUsesPVC). */
import type { k8s } from '../../api/index.ts'

export function usesClaim({ metadata, spec }: k8s.Pod, claim: k8s.PersistentVolumeClaim): boolean {
  if (!spec?.nodeName) return false
  const { name, ownerReferences = [] } = claim.metadata
  const isShutDown = metadata.deletionTimestamp !== undefined && metadata.deletionGracePeriodSeconds === 0
  const isOwned = ownerReferences.some(({ uid, controller }) => controller === true && uid === metadata.uid)
  return (spec.volumes ?? []).some(
    ({ name: volume, persistentVolumeClaim, ephemeral }) =>
      persistentVolumeClaim?.claimName === name ||
      (!isShutDown && ephemeral !== undefined && isOwned && `${metadata.name}-${volume}` === name),
  )
}
