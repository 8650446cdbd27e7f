/** The real source of what the node runs short of: this machine, its disks and what its pods use. */
import { stat } from 'node:fs/promises'
import { filesystemUsage, type FilesystemUsage } from '../stats/machine-usage.ts'
import type { NodeStats } from '../stats/open-stats.ts'
import type { NodeSample } from '../stats/sample.ts'
import { ephemeralStorage } from '../stats/summary.ts'
import type { DiskUsage, StorageUsage } from '../runtime/usage.ts'
import type { PodsUsage, PressureSource } from './node-pressure.ts'
import { observationsOf, type Signal } from './signals.ts'

export interface PressureSourceOptions {
  stats: Pick<NodeStats, 'collector' | 'disks'>
  storage: () => Promise<StorageUsage>
  stateDir: string
  /** Removes what containers of pods that are over have left. */
  removeEnded: () => Promise<unknown>
  /** Removes every image that nobody uses. */
  removeImages: () => Promise<unknown>
}

const FRESH_MS = 1_000
const NOTHING: DiskUsage = { usedBytes: 0, inodesUsed: 0 }

export function openPressureSource(options: PressureSourceOptions): PressureSource {
  const { stats, storage, stateDir } = options
  let images: Promise<ImageDisk> | undefined
  const imageDisk = () => {
    images ??= findImageDisk(storage, stateDir)
    images.catch(() => (images = undefined))
    return images
  }
  return {
    async observe() {
      const [{ machine }, { directory, shared }] = await Promise.all([stats.collector.current(FRESH_MS), imageDisk()])
      const imageFilesystem: FilesystemUsage = shared ? machine.filesystem : await filesystemUsage(directory)
      return observationsOf(machine, imageFilesystem)
    },
    async usage(signal) {
      const sample = await stats.collector.current()
      if (signal === 'memory.available' || signal === 'pid.available') return withoutDisk(sample)
      const { shared } = await imageDisk()
      return withDisk(sample, await stats.disks.of(sample, FRESH_MS), shared ? 'all' : partOf(signal))
    },
    async reclaim(signal) {
      if (!signal.startsWith('imagefs') && !signal.startsWith('nodefs')) return false
      const { shared } = await imageDisk()
      if (signal.startsWith('nodefs') && !shared) return false
      // In this order: an image is somebody's while a container of it is there.
      await options.removeEnded()
      await options.removeImages()
      return true
    },
  }
}

interface ImageDisk {
  directory: string
  /** Whether images are on the same filesystem as all else. */
  shared: boolean
}

async function findImageDisk(storage: () => Promise<StorageUsage>, stateDir: string): Promise<ImageDisk> {
  const directory = (await storage()).imageDirectory ?? stateDir
  const [images, node] = await Promise.all([stat(directory), stat(stateDir)])
  return { directory, shared: images.dev === node.dev }
}

/** What of a pod is on a disk: its writable layers beside the images; its logs and volumes on the node's own. */
type DiskPart = 'all' | 'layers' | 'logsAndVolumes'
const partOf = (signal: Signal): DiskPart => (signal.startsWith('imagefs') ? 'layers' : 'logsAndVolumes')

function withoutDisk({ pods }: NodeSample): PodsUsage {
  return new Map(
    pods.map(({ pod, usage, containers }) => [
      pod.uid,
      {
        pod: {
          memory: usage.memory.workingSetBytes,
          pids: usage.processes ?? 0,
          'ephemeral-storage': 0,
          inodes: 0,
        },
        containers: new Map(containers.map((container) => [container.name, container.usage.memory.workingSetBytes])),
      },
    ]),
  )
}

type Disk = Awaited<ReturnType<NodeStats['disks']['of']>>

function withDisk(sample: NodeSample, disk: Disk, part: DiskPart): PodsUsage {
  const base = withoutDisk(sample)
  return new Map(
    sample.pods.map((pod) => {
      const layer = (id: string) => disk.storage.writableLayers.get(id) ?? NOTHING
      const log = (id: string) => disk.logs.get(id) ?? NOTHING
      const whole = ephemeralStorage(pod, disk)
      const layers = pod.containers.map(({ id }) => layer(id))
      const sum = (read: (usage: DiskUsage) => number) => layers.reduce((total, usage) => total + read(usage), 0)
      const used = (read: (usage: DiskUsage) => number) =>
        part === 'all' ? read(whole) : part === 'layers' ? sum(read) : read(whole) - sum(read)
      return [
        pod.pod.uid,
        {
          pod: {
            memory: base.get(pod.pod.uid)?.pod.memory ?? 0,
            pids: base.get(pod.pod.uid)?.pod.pids ?? 0,
            'ephemeral-storage': used(({ usedBytes }) => usedBytes),
            inodes: used(({ inodesUsed }) => inodesUsed),
          },
          containers: new Map(pod.containers.map(({ id, name }) => [name, layer(id).usedBytes + log(id).usedBytes])),
        },
      ]
    }),
  )
}
