/** What a pod makes its node read: Secrets, ConfigMaps, claims and its service account.
 *  Source: kubernetes v1.34, plugin/pkg/auth/authorizer/node/graph.go (`AddPod`), pkg/api/v1/pod/util.go
 *  (`VisitPodSecretNames`, `VisitPodConfigmapNames`). */
import type { k8s } from '../../../api/index.ts'

export type ReferenceKind = 'secret' | 'configmap' | 'pvc' | 'serviceaccount' | 'resourceclaim'

export const referenceKey = (kind: ReferenceKind, namespace: string, name: string): string =>
  `${kind}/${namespace}/${name}`

const MIRROR = 'kubernetes.io/config.mirror'

/** Keys of all that the pod refers to; none for the mirror of a pod that the node itself made. */
export function podReferences(pod: k8s.Pod): Set<string> {
  const keys = new Set<string>()
  const { metadata, spec, status } = pod
  if (spec === undefined || metadata.annotations?.[MIRROR] !== undefined) return keys
  const add = (kind: ReferenceKind, name: string | undefined) => {
    if (name) keys.add(referenceKey(kind, metadata.namespace ?? '', name))
  }
  add('serviceaccount', spec.serviceAccountName)
  for (const { name } of spec.imagePullSecrets ?? []) add('secret', name)
  for (const container of containersOf(spec)) addEnvironment(container, add)
  for (const volume of spec.volumes ?? []) addVolume(volume, metadata.name, add)
  for (const { resourceClaimName } of spec.resourceClaims ?? []) add('resourceclaim', resourceClaimName)
  for (const { resourceClaimName } of status?.resourceClaimStatuses ?? []) add('resourceclaim', resourceClaimName)
  return keys
}

type Add = (kind: ReferenceKind, name: string | undefined) => void

const containersOf = (spec: k8s.PodSpec): readonly k8s.Container[] => [
  ...(spec.containers ?? []),
  ...(spec.initContainers ?? []),
  ...((spec.ephemeralContainers ?? []) as readonly k8s.Container[]),
]

function addEnvironment({ env, envFrom }: k8s.Container, add: Add): void {
  for (const { configMapRef, secretRef } of envFrom ?? []) {
    add('configmap', configMapRef?.name)
    add('secret', secretRef?.name)
  }
  for (const { valueFrom } of env ?? []) {
    add('configmap', valueFrom?.configMapKeyRef?.name)
    add('secret', valueFrom?.secretKeyRef?.name)
  }
}

function addVolume(volume: k8s.Volume, podName: string, add: Add): void {
  add('secret', volume.secret?.secretName)
  add('configmap', volume.configMap?.name)
  for (const source of volume.projected?.sources ?? []) {
    add('secret', source.secret?.name)
    add('configmap', source.configMap?.name)
  }
  add('pvc', volume.persistentVolumeClaim?.claimName)
  // The claim of an ephemeral volume is named after pod and volume.
  if (volume.ephemeral !== undefined) add('pvc', `${podName}-${volume.name}`)
  add('secret', volume.azureFile?.secretName)
  for (const source of [volume.cephfs, volume.flexVolume, volume.rbd, volume.scaleIO, volume.iscsi, volume.storageos])
    add('secret', source?.secretRef?.name)
  add('secret', volume.csi?.nodePublishSecretRef?.name)
}
