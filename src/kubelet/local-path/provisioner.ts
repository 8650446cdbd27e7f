/** What the steps of provisioning share. A volume is a directory of this machine, directly below `root` and named as
 *  the volume; whoever asks for another one is refused. */
import { join } from 'node:path'
import { type k8s, resources, volumeAnnotations } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'

export const PROVISIONER = 'naru.dev/local-path'
export const CLASS_NAME = 'local-path'

type Told = k8s.PersistentVolumeClaim | k8s.PersistentVolume

export interface LocalPaths {
  client: Client
  nodeName: string
  /** Absolute; exists. */
  root: string
  record: (about: Told, kind: string, type: 'Normal' | 'Warning', reason: string, message: string) => void
}

export const volumeNameFor = ({ metadata }: k8s.PersistentVolumeClaim): string => `pvc-${metadata.uid}`

export const directoryOf = ({ root }: LocalPaths, volumeName: string): string => join(root, volumeName)

export const isOurs = ({ metadata }: k8s.PersistentVolume): boolean =>
  metadata.annotations?.[volumeAnnotations.PROVISIONED_BY] === PROVISIONER

/** Who waits for the consumer gets a directory on the node where that one runs. A directory has no size of its own:
 *  growing it is free. */
export const defaultClass: k8s.StorageClass = {
  apiVersion: 'storage.k8s.io/v1',
  kind: resources.storageclasses.kind,
  metadata: { name: CLASS_NAME, annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
  provisioner: PROVISIONER,
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'WaitForFirstConsumer',
  allowVolumeExpansion: true,
}
