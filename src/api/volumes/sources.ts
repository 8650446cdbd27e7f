/** Which field of a PersistentVolume's spec says what kind of volume it is. */
import type { PersistentVolumeSpec } from '../generated/types.ts'

/** The fields of the spec that are no kind of volume. */
const GENERAL = [
  'accessModes',
  'capacity',
  'claimRef',
  'mountOptions',
  'nodeAffinity',
  'persistentVolumeReclaimPolicy',
  'storageClassName',
  'volumeAttributesClassName',
  'volumeMode',
] as const satisfies (keyof PersistentVolumeSpec)[]

export type PersistentSources = Omit<PersistentVolumeSpec, (typeof GENERAL)[number]>

export const isVolumeSource = (field: string): boolean => !(GENERAL as readonly string[]).includes(field)
