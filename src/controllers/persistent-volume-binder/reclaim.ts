/** What becomes of a volume whose claim is gone. What a provisioner made, it deletes itself once it is released; nothing
 *  else can be deleted or recycled here. Source: kubernetes v1.34, pkg/controller/volume/persistentvolume
 *  (reclaimVolume), pkg/volume/plugins.go. */
import { type k8s, volumeAnnotations } from '../../api/index.ts'
import type { VolumeBinder } from './binder.ts'
import { setVolumePhase } from './status.ts'

export async function reclaim(binder: VolumeBinder, volume: k8s.PersistentVolume): Promise<void> {
  const { metadata, spec } = volume
  switch (spec.persistentVolumeReclaimPolicy) {
    case 'Retain':
      return
    case 'Delete':
      if (metadata.annotations?.[volumeAnnotations.PROVISIONED_BY] !== undefined) return
      await setVolumePhase(binder, volume, 'Failed', {
        reason: 'VolumeFailedDelete',
        message: `error getting deleter volume plugin for volume ${JSON.stringify(metadata.name)}: no deletable volume plugin matched`,
      })
      return
    case 'Recycle':
      await setVolumePhase(binder, volume, 'Failed', {
        reason: 'VolumeFailedRecycle',
        message: 'No recycler plugin found for the volume!',
      })
      return
    default:
      await setVolumePhase(binder, volume, 'Failed', {
        reason: 'VolumeUnknownReclaimPolicy',
        message: 'Volume has unrecognized PersistentVolumeReclaimPolicy',
      })
  }
}
