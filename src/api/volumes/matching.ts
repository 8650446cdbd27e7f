/** Which volume suits which claim. Pure; the controller that binds and the scheduler ask the same questions.
 *  Source: k8s.io/component-helpers v0.34, storage/volume/pv_helpers.go; kubernetes v1.34,
 *  pkg/controller/volume/persistentvolume (index.go, pv_controller.go). */
import type { PersistentVolume, PersistentVolumeClaim, Pod, StorageClass, Volume } from '../generated/types.ts'
import { refKey } from '../object.ts'
import { compareQuantities, quantityValue } from '../quantity/index.ts'
import { labelSelectorMatches } from '../selectors/index.ts'
import { BETA_STORAGE_CLASS } from './annotations.ts'

/** Empty: none. */
export const storageClassOf = ({ metadata, spec }: PersistentVolume | PersistentVolumeClaim): string =>
  metadata.annotations?.[BETA_STORAGE_CLASS] ?? spec?.storageClassName ?? ''

/** Whether a class was asked for, be it the one named ''. */
export const namesStorageClass = ({ metadata, spec }: PersistentVolumeClaim): boolean =>
  metadata.annotations?.[BETA_STORAGE_CLASS] !== undefined || spec.storageClassName !== undefined

const DEFAULT_CLASS = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
]

/** Of several defaults the newest counts. */
export function defaultStorageClass(classes: readonly StorageClass[]): StorageClass | undefined {
  const createdMs = ({ metadata }: StorageClass) => Date.parse(metadata.creationTimestamp ?? '') || 0
  return classes
    .filter(({ metadata }) => DEFAULT_CLASS.some((key) => metadata.annotations?.[key] === 'true'))
    .toSorted((a, b) => createdMs(b) - createdMs(a) || (a.metadata.name < b.metadata.name ? -1 : 1))[0]
}

const modeOf = ({ volumeMode }: { volumeMode?: string | undefined }) => volumeMode ?? 'Filesystem'

export const sameVolumeMode = (claim: PersistentVolumeClaim, volume: PersistentVolume): boolean =>
  modeOf(claim.spec) === modeOf(volume.spec)

const hasAccessModes = (claim: PersistentVolumeClaim, volume: PersistentVolume) =>
  (claim.spec.accessModes ?? []).every((mode) => volume.spec.accessModes?.includes(mode) === true)

/** Bound to it, or reserved for it by name before it was there. */
export function isBoundTo(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const reference = volume.spec.claimRef
  if (reference === undefined) return false
  const { name, namespace, uid } = claim.metadata
  if (reference.name !== name || reference.namespace !== namespace) return false
  return !reference.uid || reference.uid === uid
}

const requested = (claim: PersistentVolumeClaim) => claim.spec.resources?.requests?.storage ?? '0'
const capacity = (volume: PersistentVolume) => volume.spec.capacity?.storage ?? '0'
const attributesClass = ({ spec }: PersistentVolume | PersistentVolumeClaim) => spec.volumeAttributesClassName ?? ''

export interface MatchOptions {
  /** Only volumes that are bound or reserved for the claim: others are for the scheduler to choose. */
  reservedOnly?: boolean
  /** Whether the volume can be reached from the node in question. */
  isReachable?: (volume: PersistentVolume) => boolean
  /** Names of those that are spoken for. */
  taken?: ReadonlySet<string>
}

/** The volume that is reserved for the claim, else the smallest that suits, of those with the fewest access modes. */
export function findVolumeFor(
  claim: PersistentVolumeClaim,
  volumes: readonly PersistentVolume[],
  { reservedOnly = false, isReachable = () => true, taken = new Set() }: MatchOptions = {},
): PersistentVolume | undefined {
  const suits = volumes.filter(
    (volume) =>
      !taken.has(volume.metadata.name) &&
      (volume.spec.claimRef === undefined || isBoundTo(volume, claim)) &&
      hasAccessModes(claim, volume) &&
      compareQuantities(capacity(volume), requested(claim)) >= 0 &&
      sameVolumeMode(claim, volume) &&
      attributesClass(claim) === attributesClass(volume) &&
      volume.metadata.deletionTimestamp === undefined,
  )
  const reserved = suits.find((volume) => isBoundTo(volume, claim))
  if (reserved !== undefined) return isReachable(reserved) ? reserved : undefined
  if (reservedOnly) return undefined
  const { selector } = claim.spec
  const modeCount = ({ spec }: PersistentVolume) => new Set(spec.accessModes ?? []).size
  return suits
    .filter(
      (volume) =>
        volume.status?.phase === 'Available' &&
        storageClassOf(volume) === storageClassOf(claim) &&
        (selector === undefined || labelSelectorMatches(selector, volume.metadata.labels ?? {})) &&
        isReachable(volume),
    )
    .toSorted((a, b) => modeCount(a) - modeCount(b) || compareQuantities(capacity(a), capacity(b)))[0]
}

/** Why the volume that a claim names cannot be had by it, in Kubernetes' words. */
export function whyUnsuitable(claim: PersistentVolumeClaim, volume: PersistentVolume): string | undefined {
  if (volume.metadata.deletionTimestamp !== undefined)
    return `the volume is marked for deletion ${JSON.stringify(volume.metadata.name)}`
  if (quantityValue(capacity(volume)) < quantityValue(requested(claim))) return 'requested PV is too small'
  if (storageClassOf(volume) !== storageClassOf(claim)) return 'storageClassName does not match'
  if (attributesClass(volume) !== attributesClass(claim)) return 'volumeAttributesClassName does not match'
  if (!sameVolumeMode(claim, volume)) return 'incompatible volumeMode'
  return hasAccessModes(claim, volume) ? undefined : 'incompatible accessMode'
}

/** The name of the claim behind a pod's volume; undefined where there is none. */
export const claimNameOf = (pod: Pod, { name, persistentVolumeClaim, ephemeral }: Volume): string | undefined =>
  persistentVolumeClaim?.claimName ?? (ephemeral && `${pod.metadata.name}-${name}`)

/** Keys (`namespace/name`) of the claims that the pod names. */
export const claimKeysOf = (pod: Pod): string[] =>
  (pod.spec?.volumes ?? []).flatMap((volume) => {
    const name = claimNameOf(pod, volume)
    return name === undefined ? [] : [refKey({ namespace: pod.metadata.namespace, name })]
  })

/** Whether a claim of an ephemeral volume was made for this pod, and not by somebody else under its name. */
export const isClaimOfPod = (claim: PersistentVolumeClaim, pod: Pod): boolean =>
  claim.metadata.ownerReferences?.some(({ uid, controller }) => controller === true && uid === pod.metadata.uid) ===
  true

/** As Kubernetes says that `isClaimOfPod` is not so. */
export const notClaimOfPod = (claim: PersistentVolumeClaim, pod: Pod): string =>
  `PVC ${claim.metadata.namespace}/${claim.metadata.name} was not created for pod ` +
  `${pod.metadata.namespace}/${pod.metadata.name} (pod is not owner)`
