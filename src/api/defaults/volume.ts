/** Volumes of pods. A volume without a source is an emptyDir; files are readable by all (0644) unless said otherwise. */
import type {
  ConfigMapVolumeSource,
  HostPathVolumeSource,
  ISCSIPersistentVolumeSource,
  ISCSIVolumeSource,
  RBDPersistentVolumeSource,
  RBDVolumeSource,
  ScaleIOPersistentVolumeSource,
  ScaleIOVolumeSource,
  ServiceAccountTokenProjection,
  Volume,
} from '../generated/types.ts'
import { type DefaultFunctions, ifMissing, orElse } from './default-function.ts'
import { dropEmptyName, isLatest } from './pod.ts'

const FILE_MODE = 0o644
const HOUR_SECONDS = 3600
const withFileMode = (source: { defaultMode?: number | undefined }) => ifMissing(source, 'defaultMode', FILE_MODE)

export const volumeDefaults: DefaultFunctions = {
  'io.k8s.api.core.v1.Volume': defaultVolume,
  'io.k8s.api.core.v1.SecretVolumeSource': withFileMode,
  'io.k8s.api.core.v1.ConfigMapVolumeSource': (source: ConfigMapVolumeSource) => {
    withFileMode(source)
    dropEmptyName(source)
  },
  'io.k8s.api.core.v1.DownwardAPIVolumeSource': withFileMode,
  'io.k8s.api.core.v1.ProjectedVolumeSource': withFileMode,
  'io.k8s.api.core.v1.HostPathVolumeSource': (source: HostPathVolumeSource) => ifMissing(source, 'type', ''),
  'io.k8s.api.core.v1.ISCSIVolumeSource': defaultIscsi,
  'io.k8s.api.core.v1.ISCSIPersistentVolumeSource': defaultIscsi,
  'io.k8s.api.core.v1.RBDVolumeSource': defaultRbd,
  'io.k8s.api.core.v1.RBDPersistentVolumeSource': defaultRbd,
  'io.k8s.api.core.v1.ScaleIOVolumeSource': defaultScaleIo,
  'io.k8s.api.core.v1.ScaleIOPersistentVolumeSource': defaultScaleIo,
  'io.k8s.api.core.v1.ServiceAccountTokenProjection': (token: ServiceAccountTokenProjection) =>
    ifMissing(token, 'expirationSeconds', HOUR_SECONDS),
}

// What the schema defaults where it is left out, Kubernetes defaults where it is empty, too.

function defaultIscsi(source: ISCSIVolumeSource | ISCSIPersistentVolumeSource): void {
  orElse(source, 'iscsiInterface', 'default')
}

function defaultRbd(source: RBDVolumeSource | RBDPersistentVolumeSource): void {
  orElse(source, 'pool', 'rbd')
  orElse(source, 'user', 'admin')
  orElse(source, 'keyring', '/etc/ceph/keyring')
}

function defaultScaleIo(source: ScaleIOVolumeSource | ScaleIOPersistentVolumeSource): void {
  orElse(source, 'storageMode', 'ThinProvisioned')
  orElse(source, 'fsType', 'xfs')
}

function defaultVolume(volume: Volume): void {
  if (Object.keys(volume).every((field) => field === 'name')) volume.emptyDir = {}
  if (volume.image !== undefined)
    orElse(volume.image, 'pullPolicy', isLatest(volume.image.reference ?? '') ? 'Always' : 'IfNotPresent')
}
