/** What containers have used of the machine, as a runtime tells it. Counters grow from the start of what they count;
 *  what is missing is not known there. */

export interface MemoryUsage {
  /** All memory charged, page cache too. */
  usageBytes: number
  /** `usageBytes` without what the kernel can drop at once: what counts against limits and pressure. */
  workingSetBytes: number
  rssBytes?: number
  cacheBytes?: number
  mappedFileBytes?: number
  pageFaults?: number
  majorPageFaults?: number
  /** Missing: none. */
  limitBytes?: number
}

export interface CpuUsage {
  usageNanos: number
  userNanos?: number
  systemNanos?: number
  /** Periods of the bandwidth limit: all, those in which it was reached, and how long was waited for the next. */
  periods?: number
  throttledPeriods?: number
  throttledNanos?: number
}

export interface GroupUsage {
  cpu: CpuUsage
  memory: MemoryUsage
  processes?: number
}

export interface InterfaceUsage {
  name: string
  rxBytes: number
  rxPackets: number
  rxErrors: number
  rxDropped: number
  txBytes: number
  txPackets: number
  txErrors: number
  txDropped: number
}

export interface ContainerUsage extends GroupUsage {
  id: string
  sandboxId: string
}

export interface SandboxUsage {
  id: string
  /** Of everything in the pod, its sandbox included; missing where only containers are counted. */
  pod?: GroupUsage
  /** Of a network of its own; empty in the host's. */
  interfaces: InterfaceUsage[]
}

export interface RuntimeUsage {
  containers: ContainerUsage[]
  sandboxes: SandboxUsage[]
}

export interface DiskUsage {
  usedBytes: number
  inodesUsed: number
}

export interface StorageUsage {
  /** A directory on the filesystem that has the images; undefined where they are beside all else. */
  imageDirectory: string | undefined
  images: DiskUsage
  /** What containers wrote into their own root filesystems, by container id. */
  writableLayers: ReadonlyMap<string, DiskUsage>
}
