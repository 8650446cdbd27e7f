/** What to do about one volume. Source: kubernetes v1.34, pkg/controller/volume/persistentvolume (syncVolume). */
import {
  isApiError,
  type k8s,
  keyOf,
  type ObjectRef,
  resources,
  sameVolumeMode,
  volumeAnnotations,
} from '../../api/index.ts'
import { unbind } from './bind.ts'
import type { VolumeBinder } from './binder.ts'
import { reclaim } from './reclaim.ts'
import { claimKind, setVolumePhase, volumeKind } from './status.ts'

type Volume = k8s.PersistentVolume
type Claim = k8s.PersistentVolumeClaim

export async function syncVolume(binder: VolumeBinder, volume: Volume): Promise<void> {
  const reference = volume.spec.claimRef
  if (reference === undefined || !reference.uid) {
    // Free, or reserved for a claim whose turn it is to come.
    await setVolumePhase(binder, volume, 'Available')
    return
  }
  const claim = await claimOf(binder, volume, { namespace: reference.namespace, name: reference.name ?? '' })
  if (claim === undefined) await release(binder, volume)
  else if (!claim.spec.volumeName) bindingOpen(binder, volume, claim)
  else if (claim.spec.volumeName === volume.metadata.name) await setVolumePhase(binder, volume, 'Bound')
  else if (isProvisioned(volume) && volume.spec.persistentVolumeReclaimPolicy === 'Delete')
    await release(binder, volume)
  else await unbind(binder, volume)
}

/** Undefined where it is gone, also where another one has its name. Data hangs on it: before a claim counts as gone,
 *  the server is asked. */
async function claimOf(binder: VolumeBinder, volume: Volume, ref: ObjectRef): Promise<Claim | undefined> {
  const isIt = (claim: Claim | undefined) => claim?.metadata.uid === volume.spec.claimRef?.uid
  const cached = binder.claim(ref)
  if (isIt(cached)) return cached
  try {
    const present = await binder.client.get(resources.persistentvolumeclaims, ref)
    return isIt(present) ? present : undefined
  } catch (error) {
    if (isApiError(error, 'NotFound')) return undefined
    throw error
  }
}

const isProvisioned = ({ metadata }: Volume) => metadata.annotations?.[volumeAnnotations.PROVISIONED_BY] !== undefined

async function release(binder: VolumeBinder, volume: Volume): Promise<void> {
  const { phase } = volume.status ?? {}
  const ended = phase === 'Released' || phase === 'Failed'
  await reclaim(binder, ended ? volume : await setVolumePhase(binder, volume, 'Released'))
}

/** The volume is the claim's, and the claim does not know yet. */
function bindingOpen({ record, lookAtClaim }: VolumeBinder, volume: Volume, claim: Claim): void {
  if (sameVolumeMode(claim, volume)) {
    lookAtClaim(keyOf(claim))
    return
  }
  const warn = { type: 'Warning', reason: 'VolumeMismatch' } as const
  const names = [claim.metadata.name, volume.metadata.name].map((name) => JSON.stringify(name))
  record({
    regarding: volumeKind(volume),
    ...warn,
    message: `Cannot bind PersistentVolume to requested PersistentVolumeClaim ${names[0]} due to incompatible volumeMode.`,
  })
  record({
    regarding: claimKind(claim),
    ...warn,
    message: `Cannot bind PersistentVolume ${names[1]} to requested PersistentVolumeClaim due to incompatible volumeMode.`,
  })
}
