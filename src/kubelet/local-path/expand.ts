/** Lets a claim grow: a directory takes what the disk has, so only the numbers follow. Words of events and the order of
 *  writes (volume, then claim) are those of kubernetes-csi/external-resizer v1.14. */
import { compareQuantities, type k8s, resources } from '../../api/index.ts'
import { isOurs, type LocalPaths } from './provisioner.ts'

const RESIZING = new Set(['Resizing', 'FileSystemResizePending', 'ControllerResizeError', 'NodeResizeError'])

export async function expand(
  { client, record }: LocalPaths,
  claim: k8s.PersistentVolumeClaim,
  volume: k8s.PersistentVolume | undefined,
): Promise<void> {
  const storage = claim.spec.resources?.requests?.storage ?? '0'
  const { status = {} } = claim
  if (status.phase !== 'Bound' || compareQuantities(storage, status.capacity?.storage ?? '0') <= 0) return
  if (volume === undefined || !isOurs(volume) || volume.spec.claimRef?.uid !== claim.metadata.uid) return
  const say = (reason: string, message: string) => record(claim, 'PersistentVolumeClaim', 'Normal', reason, message)
  say('Resizing', `External resizer is resizing volume ${volume.metadata.name}`)
  if (compareQuantities(storage, volume.spec.capacity?.storage ?? '0') > 0) {
    const capacity = { ...volume.spec.capacity, storage }
    await client.update(resources.persistentvolumes, { ...volume, spec: { ...volume.spec, capacity } })
  }
  const { conditions = [], allocatedResourceStatuses: _, ...rest } = status
  await client.updateStatus(resources.persistentvolumeclaims, {
    ...claim,
    status: {
      ...rest,
      capacity: { ...status.capacity, storage },
      allocatedResources: { ...status.allocatedResources, storage },
      conditions: conditions.filter(({ type }) => !RESIZING.has(type)),
    },
  })
  say('VolumeResizeSuccessful', 'Resize volume succeeded')
}
