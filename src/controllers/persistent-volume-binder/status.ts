/** The phases of claims and volumes. Each is written only where it differs. */
import { compareQuantities, type k8s, resources } from '../../api/index.ts'
import { canonicalText } from '../objects/index.ts'
import type { VolumeBinder } from './binder.ts'

type ClaimPhase = 'Pending' | 'Bound' | 'Lost'
type VolumePhase = 'Available' | 'Bound' | 'Released' | 'Failed'

interface Cause {
  reason: string
  message: string
}

/** The claim with what `volume` gives it, nothing where there is none. A bound claim keeps its capacity: while it
 *  grows, volume and claim differ. */
export async function setClaimPhase(
  { client, record }: VolumeBinder,
  claim: k8s.PersistentVolumeClaim,
  phase: ClaimPhase,
  options: { volume?: k8s.PersistentVolume; because?: Cause } = {},
): Promise<k8s.PersistentVolumeClaim> {
  const before = claim.status ?? {}
  const status = claimStatus(before, phase, options.volume)
  if (canonicalText(status) === canonicalText(before)) return claim
  const written = await client.updateStatus(resources.persistentvolumeclaims, { ...claim, status })
  if (options.because !== undefined && before.phase !== phase)
    record({ regarding: claimKind(claim), type: 'Warning', ...options.because })
  return written
}

function claimStatus(
  before: k8s.PersistentVolumeClaimStatus,
  phase: ClaimPhase,
  volume: k8s.PersistentVolume | undefined,
): k8s.PersistentVolumeClaimStatus {
  if (volume === undefined) {
    const { accessModes: _, capacity: __, currentVolumeAttributesClassName: ___, ...rest } = before
    return { ...rest, phase }
  }
  const status = { ...before, phase, accessModes: volume.spec.accessModes }
  if (before.phase === phase) return status
  const { capacity = {}, volumeAttributesClassName } = volume.spec
  const isSame = compareQuantities(before.capacity?.storage ?? '0', capacity.storage ?? '0') === 0
  return {
    ...status,
    capacity: before.capacity !== undefined && isSame ? before.capacity : capacity,
    ...(volumeAttributesClassName && { currentVolumeAttributesClassName: volumeAttributesClassName }),
  }
}

export async function setVolumePhase(
  { client, record }: VolumeBinder,
  volume: k8s.PersistentVolume,
  phase: VolumePhase,
  because?: Cause,
): Promise<k8s.PersistentVolume> {
  if (volume.status?.phase === phase) return volume
  const { message: _, ...rest } = volume.status ?? {}
  const status = { ...rest, phase, ...(because && { message: because.message }) }
  const written = await client.updateStatus(resources.persistentvolumes, { ...volume, status })
  if (because !== undefined) record({ regarding: volumeKind(volume), type: 'Warning', ...because })
  return written
}

/** Objects of lists do not say what they are; events must. */
export const claimKind = (claim: k8s.PersistentVolumeClaim) =>
  ({ ...claim, apiVersion: 'v1', kind: 'PersistentVolumeClaim' }) as const
export const volumeKind = (volume: k8s.PersistentVolume) =>
  ({ ...volume, apiVersion: 'v1', kind: 'PersistentVolume' }) as const
