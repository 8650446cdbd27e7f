/** Volumes of pods. A volume without a source is an emptyDir; files are readable by all (0644) unless said otherwise. */
import type { HostPathVolumeSource, ServiceAccountTokenProjection, Volume } from '../generated/types.ts'
import { type DefaultFunctions, ifMissing, orElse } from './default-function.ts'
import { isLatest } from './pod.ts'

const FILE_MODE = 0o644
const HOUR_SECONDS = 3600
const withFileMode = (source: { defaultMode?: number | undefined }) => ifMissing(source, 'defaultMode', FILE_MODE)

export const volumeDefaults: DefaultFunctions = {
  'io.k8s.api.core.v1.Volume': defaultVolume,
  'io.k8s.api.core.v1.SecretVolumeSource': withFileMode,
  'io.k8s.api.core.v1.ConfigMapVolumeSource': withFileMode,
  'io.k8s.api.core.v1.DownwardAPIVolumeSource': withFileMode,
  'io.k8s.api.core.v1.ProjectedVolumeSource': withFileMode,
  'io.k8s.api.core.v1.HostPathVolumeSource': (source: HostPathVolumeSource) => ifMissing(source, 'type', ''),
  'io.k8s.api.core.v1.ServiceAccountTokenProjection': (token: ServiceAccountTokenProjection) =>
    ifMissing(token, 'expirationSeconds', HOUR_SECONDS),
}

function defaultVolume(volume: Volume): void {
  if (Object.keys(volume).every((field) => field === 'name')) volume.emptyDir = {}
  if (volume.image !== undefined)
    orElse(volume.image, 'pullPolicy', isLatest(volume.image.reference ?? '') ? 'Always' : 'IfNotPresent')
}
