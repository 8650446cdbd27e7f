/** What becomes of a volume whose claim is gone. What a provisioner made, it deletes itself once it is released; of what
 *  users made, paths of this machine can be deleted or emptied. Source: kubernetes v1.34,
 *  pkg/controller/volume/persistentvolume (reclaimVolume), pkg/volume/plugins.go. */
import { isApiError, type k8s, keyOf, refKey, resources, volumeAnnotations } from '../../api/index.ts'
import { errorMessage } from '../../lib/index.ts'
import { isPodTerminal } from '../objects/index.ts'
import { unbind } from './bind.ts'
import type { VolumeBinder } from './binder.ts'
import { deleteHostPath, emptyHostPath } from './host-path.ts'
import { setVolumePhase, volumeKind } from './status.ts'

type Volume = k8s.PersistentVolume

export async function reclaim(binder: VolumeBinder, volume: Volume): Promise<void> {
  const { name, annotations } = volume.metadata
  if (annotations?.[volumeAnnotations.MIGRATED_TO]) return
  switch (volume.spec.persistentVolumeReclaimPolicy) {
    case 'Retain':
      return
    case 'Delete':
      return deleteVolume(binder, volume)
    case 'Recycle':
      if (volume.spec.hostPath === undefined) {
        const message = 'No recycler plugin found for the volume!'
        await setVolumePhase(binder, volume, 'Failed', { reason: 'VolumeFailedRecycle', message })
      } else if (!isUsed(binder, volume)) binder.operations.start(name, () => recycle(binder, volume))
      return
    default:
      await setVolumePhase(binder, volume, 'Failed', {
        reason: 'VolumeUnknownReclaimPolicy',
        message: 'Volume has unrecognized PersistentVolumeReclaimPolicy',
      })
  }
}

async function deleteVolume(binder: VolumeBinder, volume: Volume): Promise<void> {
  const { name, annotations } = volume.metadata
  const { csi, hostPath } = volume.spec
  if (annotations?.[volumeAnnotations.PROVISIONED_BY] !== undefined || csi !== undefined) return
  if (hostPath !== undefined) {
    binder.operations.start(name, () => deleteStorage(binder, volume, hostPath.path))
    return
  }
  await setVolumePhase(binder, volume, 'Failed', {
    reason: 'VolumeFailedDelete',
    message: `error getting deleter volume plugin for volume ${JSON.stringify(name)}: no deletable volume plugin matched`,
  })
}

async function deleteStorage(binder: VolumeBinder, { metadata }: Volume, path: string): Promise<void> {
  try {
    await deleteHostPath(path)
  } catch (error) {
    await fail(binder, metadata.name, { reason: 'VolumeFailedDelete', message: errorMessage(error) })
    return
  }
  const { name, uid = '' } = metadata
  await unlessGone(binder.client.delete(resources.persistentvolumes, { name }, { preconditions: { uid } }))
}

/** Kubernetes looks at pods once more: those that were never told of the claim's end may write still. */
function isUsed({ claim, podsUsing, record }: VolumeBinder, volume: Volume): boolean {
  const { namespace, name = '' } = volume.spec.claimRef ?? {}
  const ref = { namespace, name }
  const pods = podsUsing(refKey(ref)).filter((pod) => !isPodTerminal(pod))
  // Another claim has that name by now, and the pods are its.
  if (pods.length === 0 || claim(ref) !== undefined) return false
  const message = `Volume is used by pods: ${pods.map(keyOf).toSorted().join(',')}`
  record({ regarding: volumeKind(volume), type: 'Normal', reason: 'VolumeFailedRecycle', message })
  return true
}

async function recycle(binder: VolumeBinder, volume: Volume): Promise<void> {
  const { name } = volume.metadata
  try {
    await emptyHostPath(volume.spec.hostPath?.path ?? '')
  } catch (error) {
    await fail(binder, name, { reason: 'VolumeFailedRecycle', message: `Recycle failed: ${errorMessage(error)}` })
    return
  }
  binder.record({ regarding: volumeKind(volume), type: 'Normal', reason: 'VolumeRecycled', message: 'Volume recycled' })
  await unlessGone(freshVolume(binder, name).then((fresh) => unbind(binder, fresh)))
}

const fail = (binder: VolumeBinder, name: string, because: { reason: string; message: string }): Promise<void> =>
  unlessGone(freshVolume(binder, name).then((volume) => setVolumePhase(binder, volume, 'Failed', because)))

const freshVolume = ({ client }: VolumeBinder, name: string): Promise<Volume> =>
  client.get(resources.persistentvolumes, { name })

async function unlessGone(writing: Promise<unknown>): Promise<void> {
  try {
    await writing
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error
  }
}
