/** Disks and shares of clouds and of virtualisation platforms. */
import { between } from '../../formats/index.ts'
import type {
  AWSElasticBlockStoreVolumeSource,
  AzureDiskVolumeSource,
  AzureFilePersistentVolumeSource,
  AzureFileVolumeSource,
  CinderPersistentVolumeSource,
  CinderVolumeSource,
  GCEPersistentDiskVolumeSource,
  PhotonPersistentDiskVolumeSource,
  PortworxVolumeSource,
  VsphereVirtualDiskVolumeSource,
} from '../../generated/types.ts'
import { type FieldError, invalidValue, notSupported, required } from '../field-error.ts'
import { validatePresent } from './present.ts'

const MAX_PARTITION = 255
const CACHING = ['None', 'ReadOnly', 'ReadWrite']
const MANAGED = 'Managed'
const DISK_KINDS = ['Dedicated', MANAGED, 'Shared']
const MANAGED_URI = '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}'
const BLOB_URI = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd'

export const validateGcePersistentDisk = (disk: GCEPersistentDiskVolumeSource, at: string): FieldError[] => [
  ...validatePresent(disk, ['pdName'], at),
  ...validatePartition(disk.partition, at),
]

export const validateAwsElasticBlockStore = (disk: AWSElasticBlockStoreVolumeSource, at: string): FieldError[] => [
  ...validatePresent(disk, ['volumeID'], at),
  ...validatePartition(disk.partition, at),
]

/** No partition is 0, though the error says otherwise. */
const validatePartition = (partition = 0, at: string): FieldError[] =>
  partition < 0 || partition > MAX_PARTITION
    ? [invalidValue(`${at}.partition`, partition, between(1, MAX_PARTITION))]
    : []

export const validateAzureFile = (
  file: AzureFileVolumeSource | AzureFilePersistentVolumeSource,
  at: string,
): FieldError[] => validatePresent(file, ['secretName', 'shareName'], at)

export function validatePersistentAzureFile(file: AzureFilePersistentVolumeSource, at: string): FieldError[] {
  const errors = validateAzureFile(file, at)
  return file.secretNamespace === '' ? [...errors, required(`${at}.secretNamespace`)] : errors
}

export function validateAzureDisk(disk: AzureDiskVolumeSource, at: string): FieldError[] {
  const { diskURI = '', cachingMode, kind } = disk as Partial<AzureDiskVolumeSource>
  const errors = validatePresent(disk, ['diskName', 'diskURI'], at)
  if (cachingMode !== undefined && !CACHING.includes(cachingMode))
    errors.push(notSupported(`${at}.cachingMode`, cachingMode, CACHING))
  if (kind === undefined) return errors
  if (!DISK_KINDS.includes(kind)) errors.push(notSupported(`${at}.kind`, kind, DISK_KINDS))
  const [start, form] = kind === MANAGED ? ['/subscriptions/', MANAGED_URI] : ['https://', BLOB_URI]
  return diskURI.startsWith(start) ? errors : [...errors, notSupported(`${at}.diskURI`, diskURI, [form])]
}

export const validateCinder = (cinder: CinderVolumeSource, at: string): FieldError[] => [
  ...validatePresent(cinder, ['volumeID'], at),
  ...(cinder.secretRef === undefined ? [] : validatePresent(cinder.secretRef, ['name'], `${at}.secretRef`)),
]

export const validatePersistentCinder = (cinder: CinderPersistentVolumeSource, at: string): FieldError[] => [
  ...validatePresent(cinder, ['volumeID'], at),
  ...(cinder.secretRef === undefined
    ? []
    : validatePresent(cinder.secretRef, ['name', 'namespace'], `${at}.secretRef`)),
]

export const validateVsphere = (disk: VsphereVirtualDiskVolumeSource, at: string): FieldError[] =>
  validatePresent(disk, ['volumePath'], at)

export const validatePhoton = (disk: PhotonPersistentDiskVolumeSource, at: string): FieldError[] =>
  validatePresent(disk, ['pdID'], at)

export const validatePortworx = (volume: PortworxVolumeSource, at: string): FieldError[] =>
  validatePresent(volume, ['volumeID'], at)
