/** Makes a directory and the volume that tells of it, for a claim that is to have one here. Words of events are those
 *  of sigs.k8s.io/sig-storage-lib-external-provisioner v11. */
import { chmod, mkdir } from 'node:fs/promises'
import { isApiError, type k8s, keyOf, resources, storageClassOf, volumeAnnotations } from '../../api/index.ts'
import { errorMessage } from '../../lib/index.ts'
import { directoryOf, type LocalPaths, PROVISIONER, volumeNameFor } from './provisioner.ts'

const { PROVISIONED_BY, PROVISIONER_FINALIZER, SELECTED_NODE, STORAGE_PROVISIONER } = volumeAnnotations

/** Whether this node is to make a volume for the claim. */
export function isToProvision(
  claim: k8s.PersistentVolumeClaim,
  storageClass: k8s.StorageClass | undefined,
  nodeName: string,
): boolean {
  const { annotations = {}, deletionTimestamp } = claim.metadata
  if (claim.spec.volumeName || deletionTimestamp !== undefined) return false
  if (annotations[STORAGE_PROVISIONER] !== PROVISIONER || storageClass?.provisioner !== PROVISIONER) return false
  const selected = annotations[SELECTED_NODE]
  return selected === undefined ? storageClass.volumeBindingMode !== 'WaitForFirstConsumer' : selected === nodeName
}

/** Idempotent: the name of the volume is the claim's uid. Throws what a retry may mend. */
export async function provision(
  paths: LocalPaths,
  claim: k8s.PersistentVolumeClaim,
  storageClass: k8s.StorageClass,
): Promise<void> {
  const say = (type: 'Normal' | 'Warning', reason: string, message: string) =>
    paths.record(claim, 'PersistentVolumeClaim', type, reason, message)
  const failed = (why: string) =>
    say(
      'Warning',
      'ProvisioningFailed',
      `failed to provision volume with StorageClass ${JSON.stringify(storageClassOf(claim))}: ${why}`,
    )
  const refused = whyRefused(claim)
  if (refused !== undefined) return failed(refused)
  say('Normal', 'Provisioning', `External provisioner is provisioning volume for claim ${JSON.stringify(keyOf(claim))}`)
  const name = volumeNameFor(claim)
  const path = directoryOf(paths, name)
  try {
    await mkdir(path, { recursive: true })
    // Whoever the containers run as: without an fsGroup nobody would give the directory to them.
    await chmod(path, 0o777)
    await paths.client.create(resources.persistentvolumes, volumeFor(paths, claim, storageClass, path))
  } catch (error) {
    if (isApiError(error, 'AlreadyExists')) return
    failed(errorMessage(error))
    throw error
  }
  say('Normal', 'ProvisioningSucceeded', `Successfully provisioned volume ${name}`)
}

function whyRefused({ spec }: k8s.PersistentVolumeClaim): string | undefined {
  if (spec.selector !== undefined) return 'claim Selector is not supported'
  if (spec.volumeMode === 'Block') return `${PROVISIONER} does not provide block volumes`
  return spec.dataSource === undefined && spec.dataSourceRef === undefined
    ? undefined
    : `${PROVISIONER} does not provide volumes from a data source`
}

function volumeFor(
  { nodeName }: LocalPaths,
  claim: k8s.PersistentVolumeClaim,
  storageClass: k8s.StorageClass,
  path: string,
): k8s.PersistentVolume {
  const { name, namespace, uid, resourceVersion } = claim.metadata
  const hostname = { key: 'kubernetes.io/hostname', operator: 'In', values: [nodeName] }
  const persistentVolumeReclaimPolicy = storageClass.reclaimPolicy ?? 'Delete'
  return {
    metadata: {
      name: volumeNameFor(claim),
      annotations: { [PROVISIONED_BY]: PROVISIONER },
      ...(persistentVolumeReclaimPolicy === 'Delete' && { finalizers: [PROVISIONER_FINALIZER] }),
    },
    spec: {
      capacity: { storage: claim.spec.resources?.requests?.storage ?? '0' },
      accessModes: claim.spec.accessModes,
      volumeMode: 'Filesystem',
      persistentVolumeReclaimPolicy,
      storageClassName: storageClassOf(claim),
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, uid, resourceVersion },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [hostname] }] } },
      local: { path },
    },
  }
}
