/** What the whole machine has used. Sources: proc(5); cAdvisor v0.52, which takes the root control group where it counts
 *  memory (v1) and /proc/meminfo where it does not (v2). */
import { readFile, statfs } from 'node:fs/promises'
import type { CpuUsage, InterfaceUsage, MemoryUsage } from '../runtime/usage.ts'
import type { Cgroups } from './cgroup.ts'
import { interfacesOf } from './net-dev.ts'

export interface FilesystemUsage {
  capacityBytes: number
  availableBytes: number
  usedBytes: number
  inodes: number
  inodesFree: number
}

export interface MachineUsage {
  bootedAtMs: number
  cpu: CpuUsage
  memory: MemoryUsage
  memoryCapacityBytes: number
  swap: { totalBytes: number; usedBytes: number }
  /** Processes and threads there are, and how many there may be. */
  threads: { running: number; max: number }
  interfaces: InterfaceUsage[]
  /** The filesystem of the kubelet's own directory. */
  filesystem: FilesystemUsage
}

/** The kernel tells CPU time in hundredths of a second, whatever it counts in. */
const NANOS_PER_TICK = 10_000_000

/** `name:   123 kB` lines, in bytes. */
export const parseMeminfo = (table: string): Map<string, number> =>
  new Map([...table.matchAll(/^(\S+):\s+(\d+)(?: kB)?$/gm)].map(([, name = '', kib]) => [name, Number(kib) * 1024]))

/** The first line of /proc/stat and the time of boot. */
export function parseStat(table: string): { cpu: CpuUsage; bootedAtMs: number } {
  const ticks = (/^cpu\s+(.*)$/m.exec(table)?.[1] ?? '').split(' ').map(Number)
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = ticks
  const userNanos = (user + nice) * NANOS_PER_TICK
  const systemNanos = (system + irq + softirq) * NANOS_PER_TICK
  return {
    cpu: { usageNanos: userNanos + systemNanos, userNanos, systemNanos },
    bootedAtMs: Number(/^btime (\d+)$/m.exec(table)?.[1] ?? 0) * 1000,
  }
}

export async function filesystemUsage(directory: string): Promise<FilesystemUsage> {
  const { blocks, bfree, bavail, bsize, files, ffree } = await statfs(directory)
  return {
    capacityBytes: blocks * bsize,
    availableBytes: bavail * bsize,
    usedBytes: (blocks - bfree) * bsize,
    inodes: files,
    inodesFree: ffree,
  }
}

export async function machineUsage(directory: string, cgroups: Cgroups): Promise<MachineUsage> {
  const read = (path: string) => readFile(path, 'utf8').catch(() => '')
  const [meminfo, stat, loadavg, pidMax, root, interfaces, filesystem] = await Promise.all([
    read('/proc/meminfo'),
    read('/proc/stat'),
    read('/proc/loadavg'),
    read('/proc/sys/kernel/pid_max'),
    cgroups.usage('/'),
    interfacesOf('self'),
    filesystemUsage(directory),
  ])
  const memory = parseMeminfo(meminfo)
  const total = memory.get('MemTotal') ?? 0
  const swapTotal = memory.get('SwapTotal') ?? 0
  const usageBytes = total - (memory.get('MemFree') ?? 0)
  const fromMeminfo: MemoryUsage = {
    usageBytes,
    workingSetBytes: Math.max(usageBytes - (memory.get('Inactive(file)') ?? 0), 0),
    rssBytes: memory.get('AnonPages') ?? 0,
  }
  return {
    ...parseStat(stat),
    memory: root?.memory ?? fromMeminfo,
    memoryCapacityBytes: total,
    swap: { totalBytes: swapTotal, usedBytes: swapTotal - (memory.get('SwapFree') ?? 0) },
    threads: { running: Number(/\/(\d+)/.exec(loadavg)?.[1] ?? 0), max: Number(pidMax.trim()) || 0 },
    interfaces,
    filesystem,
  }
}
