/** The document of /stats/summary. Pure. Source: k8s.io/kubelet v0.34, pkg/apis/stats/v1alpha1 (Summary). */
import { toKubernetesTime } from '../../lib/index.ts'
import type { DiskUsage, GroupUsage, InterfaceUsage, MemoryUsage, StorageUsage } from '../runtime/usage.ts'
import type { FilesystemUsage } from './machine-usage.ts'
import type { ContainerSample, NodeSample, PodSample } from './sample.ts'

export interface SummaryInput {
  nodeName: string
  sample: NodeSample
  /** Missing: CPU and memory alone. */
  disk?: DiskSummary
}

export interface DiskSummary {
  storage: StorageUsage
  /** Of the filesystem that has the images. */
  imageFilesystem: FilesystemUsage
  /** What the log files of a container take, by its id. */
  logs: ReadonlyMap<string, DiskUsage>
  /** What volumes take, by pod uid. */
  volumes: ReadonlyMap<string, readonly VolumeSummary[]>
}

export interface VolumeSummary extends DiskUsage {
  name: string
  claim?: { namespace: string; name: string }
  filesystem: FilesystemUsage
  /** Whether it counts as the pod's own ephemeral storage. */
  ephemeral: boolean
}

const cpu = ({ cpu: { usageNanos } }: GroupUsage, nanoCores: number | undefined, time: string) => ({
  time,
  ...(nanoCores !== undefined && { usageNanoCores: nanoCores }),
  usageCoreNanoSeconds: usageNanos,
})

/** `capacityBytes`: what there is where nothing limits it. */
function memory(used: MemoryUsage, time: string, capacityBytes?: number): object {
  const limit = used.limitBytes ?? capacityBytes
  const { usageBytes, workingSetBytes, rssBytes, pageFaults, majorPageFaults } = used
  return {
    time,
    ...(limit !== undefined && { availableBytes: Math.max(limit - workingSetBytes, 0) }),
    usageBytes,
    workingSetBytes,
    ...(rssBytes !== undefined && { rssBytes }),
    ...(pageFaults !== undefined && { pageFaults }),
    ...(majorPageFaults !== undefined && { majorPageFaults }),
  }
}

const interfaceStats = ({ name, rxBytes, rxErrors, txBytes, txErrors }: InterfaceUsage) => ({
  name,
  rxBytes,
  rxErrors,
  txBytes,
  txErrors,
})

/** The first one is the one that counts: `eth0` where there is one. */
function network(interfaces: readonly InterfaceUsage[], time: string): object {
  const main = interfaces.find(({ name }) => name === 'eth0') ?? interfaces[0]
  return {
    network: { time, ...(main ? interfaceStats(main) : { name: '' }), interfaces: interfaces.map(interfaceStats) },
  }
}

const filesystem = (fs: FilesystemUsage, time: string, used?: DiskUsage) => ({
  time,
  availableBytes: fs.availableBytes,
  capacityBytes: fs.capacityBytes,
  usedBytes: used?.usedBytes ?? fs.usedBytes,
  inodesFree: fs.inodesFree,
  inodes: fs.inodes,
  inodesUsed: used?.inodesUsed ?? fs.inodes - fs.inodesFree,
})

const NOTHING: DiskUsage = { usedBytes: 0, inodesUsed: 0 }

/** What counts against a pod's ephemeral storage: writable layers, logs and the volumes that go with the pod. */
export function ephemeralStorage(pod: PodSample, disk: DiskSummary): DiskUsage {
  const parts = [
    ...pod.containers.flatMap(({ id }) => [disk.storage.writableLayers.get(id), disk.logs.get(id)]),
    ...(disk.volumes.get(pod.pod.uid) ?? []).filter(({ ephemeral }) => ephemeral),
  ].map((part) => part ?? NOTHING)
  return {
    usedBytes: parts.reduce((sum, { usedBytes }) => sum + usedBytes, 0),
    inodesUsed: parts.reduce((sum, { inodesUsed }) => sum + inodesUsed, 0),
  }
}

function containerStats(container: ContainerSample, sample: NodeSample, disk: DiskSummary | undefined): object {
  const time = toKubernetesTime(sample.atMs)
  const { id, name, usage, startedAtMs, nanoCores } = container
  return {
    name,
    startTime: toKubernetesTime(startedAtMs),
    cpu: cpu(usage, nanoCores, time),
    memory: memory(usage.memory, time),
    ...(disk && {
      rootfs: filesystem(disk.imageFilesystem, time, disk.storage.writableLayers.get(id) ?? NOTHING),
      logs: filesystem(sample.machine.filesystem, time, disk.logs.get(id) ?? NOTHING),
    }),
    swap: { time, swapUsageBytes: 0 },
  }
}

function podStats(pod: PodSample, sample: NodeSample, disk: DiskSummary | undefined): object {
  const time = toKubernetesTime(sample.atMs)
  const volumes = disk?.volumes.get(pod.pod.uid) ?? []
  return {
    podRef: { name: pod.pod.name, namespace: pod.pod.namespace, uid: pod.pod.uid },
    startTime: toKubernetesTime(pod.startedAtMs),
    containers: pod.containers.map((container) => containerStats(container, sample, disk)),
    cpu: cpu(pod.usage, pod.nanoCores, time),
    memory: memory(pod.usage.memory, time),
    ...(disk && {
      ...(pod.interfaces.length > 0 && network(pod.interfaces, time)),
      ...(volumes.length > 0 && {
        volume: volumes.map((volume) => ({
          ...filesystem(volume.filesystem, time, volume),
          name: volume.name,
          ...(volume.claim && { pvcRef: volume.claim }),
        })),
      }),
      'ephemeral-storage': filesystem(sample.machine.filesystem, time, ephemeralStorage(pod, disk)),
      process_stats: { process_count: pod.usage.processes ?? 0 },
    }),
    swap: { time, swapUsageBytes: 0 },
  }
}

export function summaryOf({ nodeName, sample, disk }: SummaryInput): object {
  const { machine, atMs, nanoCores } = sample
  const time = toKubernetesTime(atMs)
  const { totalBytes, usedBytes } = machine.swap
  const images = disk && { imageFs: filesystem(disk.imageFilesystem, time, disk.storage.images) }
  return {
    node: {
      nodeName,
      startTime: toKubernetesTime(machine.bootedAtMs),
      cpu: cpu(machine, nanoCores, time),
      memory: memory(machine.memory, time, machine.memoryCapacityBytes),
      ...(disk && {
        ...network(machine.interfaces, time),
        fs: filesystem(machine.filesystem, time),
        runtime: { ...images, containerFs: images?.imageFs },
        rlimit: { time, maxpid: machine.threads.max, curproc: machine.threads.running },
      }),
      swap: { time, swapAvailableBytes: totalBytes - usedBytes, swapUsageBytes: usedBytes },
    },
    pods: sample.pods.map((pod) => podStats(pod, sample, disk)),
  }
}
