/** What of the node may run short, and how much of it there is. Pure. Source: Kubernetes v1.34,
 *  pkg/kubelet/eviction/api, pkg/kubelet/eviction/helpers.go (makeSignalObservations). */
import type { FilesystemUsage, MachineUsage } from '../stats/machine-usage.ts'

export type Signal =
  | 'memory.available'
  | 'nodefs.available'
  | 'nodefs.inodesFree'
  | 'imagefs.available'
  | 'imagefs.inodesFree'
  | 'pid.available'

/** In bytes, inodes or processes. */
export interface Observation {
  available: number
  capacity: number
}

export type Observations = Readonly<Partial<Record<Signal, Observation>>>

export type PressureCondition = 'MemoryPressure' | 'DiskPressure' | 'PIDPressure'
export type StarvedResource = 'memory' | 'ephemeral-storage' | 'inodes' | 'pids'

export const SIGNALS: Readonly<Record<Signal, { condition: PressureCondition; resource: StarvedResource }>> = {
  'memory.available': { condition: 'MemoryPressure', resource: 'memory' },
  'nodefs.available': { condition: 'DiskPressure', resource: 'ephemeral-storage' },
  'nodefs.inodesFree': { condition: 'DiskPressure', resource: 'inodes' },
  'imagefs.available': { condition: 'DiskPressure', resource: 'ephemeral-storage' },
  'imagefs.inodesFree': { condition: 'DiskPressure', resource: 'inodes' },
  'pid.available': { condition: 'PIDPressure', resource: 'pids' },
}

export function observationsOf(
  { memory, memoryCapacityBytes, filesystem, threads }: MachineUsage,
  imageFilesystem: FilesystemUsage,
): Observations {
  const space = ({ availableBytes, capacityBytes }: FilesystemUsage) => ({
    available: availableBytes,
    capacity: capacityBytes,
  })
  const inodes = ({ inodes, inodesFree }: FilesystemUsage) => ({ available: inodesFree, capacity: inodes })
  return {
    'memory.available': {
      available: Math.max(memoryCapacityBytes - memory.workingSetBytes, 0),
      capacity: memoryCapacityBytes,
    },
    'nodefs.available': space(filesystem),
    'nodefs.inodesFree': inodes(filesystem),
    'imagefs.available': space(imageFilesystem),
    'imagefs.inodesFree': inodes(imageFilesystem),
    'pid.available': { available: threads.max - threads.running, capacity: threads.max },
  }
}
