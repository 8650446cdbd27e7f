/** What PersistentVolumes are made of, by kind. Source: kubernetes v1.34, pkg/apis/core/validation
 *  (ValidatePersistentVolumeSpec). */
import type { PersistentVolumeSpec } from '../../generated/types.ts'
import { isVolumeSource, type PersistentSources } from '../../volumes/sources.ts'
import type { FieldError } from '../field-error.ts'
import { validateFibreChannel, validatePersistentIscsi } from './block-devices.ts'
import {
  validateAwsElasticBlockStore,
  validateAzureDisk,
  validateGcePersistentDisk,
  validatePersistentAzureFile,
  validatePersistentCinder,
  validatePhoton,
  validatePortworx,
  validateVsphere,
} from './cloud.ts'
import { validateFlexVolume, validatePersistentCsi, validatePersistentStorageOs, validateScaleIo } from './drivers.ts'
import { type SourceChecks, validateExactlyOne } from './exactly-one.ts'
import { validateHostPath, validateLocal } from './host.ts'
import {
  validateCephFs,
  validateFlocker,
  validateNfs,
  validatePersistentGlusterfs,
  validateQuobyte,
  validateRbd,
} from './network.ts'

export const persistentSourcesOf = (spec: PersistentVolumeSpec): PersistentSources =>
  Object.fromEntries(Object.entries(spec).filter(([field]) => isVolumeSource(field))) as PersistentSources

export function validatePersistentSource(
  spec: PersistentVolumeSpec,
  at: string,
  { name, local }: { name: string; local: SourceChecks<PersistentSources>['local'] },
): FieldError[] {
  const checks: SourceChecks<PersistentSources> = {
    ...SOURCES,
    iscsi: (iscsi, path) => validatePersistentIscsi(iscsi, path, name),
    local: (source, path) => [...validateLocal(source, path), ...local(source, path)],
  }
  return validateExactlyOne(persistentSourcesOf(spec), checks, at, 'flexVolume')
}

/** In Kubernetes' order. What depends on more than the source is set above. */
const SOURCES: SourceChecks<PersistentSources> = {
  hostPath: validateHostPath,
  gcePersistentDisk: validateGcePersistentDisk,
  awsElasticBlockStore: validateAwsElasticBlockStore,
  glusterfs: validatePersistentGlusterfs,
  flocker: validateFlocker,
  nfs: validateNfs,
  rbd: validateRbd,
  quobyte: validateQuobyte,
  cephfs: validateCephFs,
  iscsi: (iscsi, at) => validatePersistentIscsi(iscsi, at, ''),
  cinder: validatePersistentCinder,
  fc: validateFibreChannel,
  flexVolume: validateFlexVolume,
  azureFile: validatePersistentAzureFile,
  vsphereVolume: validateVsphere,
  photonPersistentDisk: validatePhoton,
  portworxVolume: validatePortworx,
  azureDisk: validateAzureDisk,
  scaleIO: validateScaleIo,
  local: validateLocal,
  storageos: validatePersistentStorageOs,
  csi: validatePersistentCsi,
}
