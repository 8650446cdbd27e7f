/** Facts of the machine that a Node object tells. */
import { readFileSync } from 'node:fs'
import { arch, cpus, networkInterfaces, release, totalmem } from 'node:os'
import { statfs } from 'node:fs/promises'
import { bootId } from '../../lib/index.ts'

export interface MachineFacts {
  cpuMilli: number
  memoryBytes: number
  diskBytes: number
  architecture: string
  operatingSystem: string
  osImage: string
  kernelVersion: string
  /** Whether its kernel confines programs by AppArmor. */
  appArmor: boolean
  machineID: string
  bootID: string
  /** The address other machines reach this one by. */
  hostIP: string
}

const read = (path: string) => {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return ''
  }
}

const ARCHITECTURES: Record<string, string> = { x64: 'amd64', ia32: '386' }

/** The first address that is neither loopback nor one of a bridge of ours; loopback where there is none. */
export function hostAddress(): string {
  const all = Object.entries(networkInterfaces()).filter(([name]) => !/^(naru|cni|docker|veth|br-)/.test(name))
  const ipv4 = all
    .flatMap(([, addresses = []]) => addresses)
    .find(({ family, internal }) => family === 'IPv4' && !internal)
  return ipv4?.address ?? '127.0.0.1'
}

export async function inspectMachine(stateDir: string): Promise<MachineFacts> {
  const disk = await statfs(stateDir)
  const osRelease = /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(read('/etc/os-release'))?.[1]
  return {
    cpuMilli: cpus().length * 1000,
    memoryBytes: totalmem(),
    diskBytes: disk.blocks * disk.bsize,
    architecture: ARCHITECTURES[arch()] ?? arch(),
    operatingSystem: process.platform,
    osImage: osRelease ?? process.platform,
    kernelVersion: release(),
    appArmor: read('/sys/module/apparmor/parameters/enabled') === 'Y',
    machineID: read('/etc/machine-id'),
    bootID: bootId(),
    hostIP: hostAddress(),
  }
}
