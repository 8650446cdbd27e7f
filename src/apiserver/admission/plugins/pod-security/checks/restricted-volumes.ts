/** Only volumes that neither the host nor a network file system is behind. */
import type { k8s } from '../../../../../api/index.ts'
import { type CheckedPod, named, plural, type PodCheck, quoted, sorted } from '../check.ts'
import { hostPathVolumes } from './host-path-volumes.ts'

const ALLOWED = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
] as const
const RESTRICTED = [
  'hostPath',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'gitRepo',
  'nfs',
  'iscsi',
  'glusterfs',
  'rbd',
  'flexVolume',
  'cinder',
  'cephfs',
  'flocker',
  'fc',
  'azureFile',
  'vsphereVolume',
  'quobyte',
  'azureDisk',
  'photonPersistentDisk',
  'portworxVolume',
  'scaleIO',
  'storageos',
] as const

export const restrictedVolumes: PodCheck = {
  id: 'restrictedVolumes',
  level: 'restricted',
  versions: [{ since: 0, check, overrides: [hostPathVolumes.id] }],
}

function check({ spec }: CheckedPod) {
  const bad = (spec.volumes ?? []).filter((volume) => !ALLOWED.some((type) => volume[type] !== undefined))
  if (bad.length === 0) return undefined
  const types = sorted(bad.map(typeOf))
  const names = bad.map(({ name }) => name)
  const use = names.length === 1 ? 'uses' : 'use'
  return {
    reason: 'restricted volume types',
    detail: `${named('volume', names)} ${use} ${plural('restricted volume type', types.length)} ${quoted(types)}`,
  }
}

const typeOf = (volume: k8s.Volume): string => RESTRICTED.find((type) => volume[type] !== undefined) ?? 'unknown'
