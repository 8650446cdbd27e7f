/** Binds and unbinds: first the volume says whose it is, then the claim which one it has, each with its phase. Whatever
 *  fails in between is finished by the next look. Source: kubernetes v1.34, pkg/controller/volume/persistentvolume. */
import { isBoundTo, type k8s, resources, volumeAnnotations } from '../../api/index.ts'
import type { VolumeBinder } from './binder.ts'
import { setClaimPhase, setVolumePhase } from './status.ts'

const { BIND_COMPLETED, BOUND_BY_CONTROLLER } = volumeAnnotations

const annotated = (metadata: k8s.ObjectMeta, key: string): k8s.ObjectMeta => ({
  ...metadata,
  annotations: { ...metadata.annotations, [key]: metadata.annotations?.[key] ?? 'yes' },
})

export async function bind(
  binder: VolumeBinder,
  volume: k8s.PersistentVolume,
  claim: k8s.PersistentVolumeClaim,
): Promise<void> {
  const held = await setVolumePhase(binder, await volumeToClaim(binder, volume, claim), 'Bound')
  const settled = await claimToVolume(binder, claim, held)
  await setClaimPhase(binder, settled, 'Bound', { volume: held })
}

async function volumeToClaim(
  { client }: VolumeBinder,
  volume: k8s.PersistentVolume,
  claim: k8s.PersistentVolumeClaim,
): Promise<k8s.PersistentVolume> {
  const { name, namespace, uid, resourceVersion } = claim.metadata
  const wasReserved = isBoundTo(volume, claim)
  if (wasReserved && volume.spec.claimRef?.uid === uid) return volume
  const claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, uid, resourceVersion }
  return client.update(resources.persistentvolumes, {
    ...volume,
    metadata: wasReserved ? volume.metadata : annotated(volume.metadata, BOUND_BY_CONTROLLER),
    spec: { ...volume.spec, claimRef },
  })
}

async function claimToVolume(
  { client }: VolumeBinder,
  claim: k8s.PersistentVolumeClaim,
  { metadata: { name: volumeName } }: k8s.PersistentVolume,
): Promise<k8s.PersistentVolumeClaim> {
  const isNamed = claim.spec.volumeName === volumeName
  if (isNamed && claim.metadata.annotations?.[BIND_COMPLETED] !== undefined) return claim
  const metadata = annotated(claim.metadata, BIND_COMPLETED)
  return client.update(resources.persistentvolumeclaims, {
    ...claim,
    metadata: isNamed ? metadata : annotated(metadata, BOUND_BY_CONTROLLER),
    spec: { ...claim.spec, volumeName },
  })
}

/** The volume is free again; where the user had reserved it, it stays reserved by name. */
export async function unbind(binder: VolumeBinder, volume: k8s.PersistentVolume): Promise<void> {
  const { claimRef, ...spec } = volume.spec
  const { [BOUND_BY_CONTROLLER]: byController, ...annotations } = volume.metadata.annotations ?? {}
  const { uid: _, resourceVersion: __, ...reservation } = claimRef ?? {}
  const freed: k8s.PersistentVolume =
    byController === undefined
      ? { ...volume, spec: { ...spec, claimRef: reservation } }
      : { ...volume, metadata: { ...volume.metadata, annotations }, spec }
  await setVolumePhase(binder, await binder.client.update(resources.persistentvolumes, freed), 'Available')
}
