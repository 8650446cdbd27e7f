/** Gathers the facts about this machine. Reads and asks, changes nothing. */
import { access, readFile, statfs } from 'node:fs/promises'
import { freemem, hostname, release, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { findBinaries } from './binaries.ts'
import { inspectCgroups } from './cgroup.ts'
import { findCniPlugins } from './cni.ts'
import { type RunCommand, runCommand } from './command.ts'
import type { HostFacts } from './facts.ts'
import { hasOverlayfs, probeNfTables, probeUserNamespaces, readCapabilities } from './kernel.ts'
import { probePort } from './ports.ts'

export interface InspectOptions {
  /** Where the file system begins; a test's own folder stands in for `/`. */
  root?: string
  run?: RunCommand
  /** The search path for programs; default PATH. */
  path?: string | undefined
  /** Searched after it; default the system's sbin directories. */
  systemDirectories?: readonly string[]
  /** Whether programs are asked for their versions; false is quicker. Default true. */
  versions?: boolean
  /** Whose file system's free space counts; need not exist yet. Default `/var/lib`. */
  stateDir?: string
  /** Default 80 and 8080. */
  ports?: readonly number[]
  uid?: number
}

export async function inspectHost(options: InspectOptions = {}): Promise<HostFacts> {
  const { root = '/', run = runCommand } = options
  const isRoot = (options.uid ?? process.getuid?.() ?? 1) === 0
  const kernelRelease = release()
  const binaries = findBinaries({
    path: 'path' in options ? options.path : process.env.PATH,
    run,
    versions: options.versions ?? true,
    ...(options.systemDirectories && { systemDirectories: options.systemDirectories }),
  })
  const [
    found,
    cni,
    cgroup,
    overlayfs,
    userNamespaces,
    nfTables,
    capabilities,
    distribution,
    memory,
    disk,
    init,
    authorities,
    ports,
  ] = await Promise.all([
    binaries,
    findCniPlugins(root),
    inspectCgroups(root),
    hasOverlayfs(root, kernelRelease),
    probeUserNamespaces(root, isRoot),
    binaries.then(({ nft }) => probeNfTables(run, nft)),
    readCapabilities(root),
    readDistribution(root),
    readFile(join(root, 'proc/meminfo'), 'utf8').catch(() => ''),
    freeDisk(join(root, options.stateDir ?? '/var/lib')),
    readFile(join(root, 'proc/1/comm'), 'utf8').catch(() => ''),
    access(join(root, 'etc/ssl/certs/ca-certificates.crt')).then(
      () => true,
      () => false,
    ),
    Promise.all((options.ports ?? [80, 8080]).map(async (port) => [port, await probePort(port)] as const)),
  ])
  return {
    platform: process.platform,
    arch: process.arch,
    kernelRelease,
    hostname: hostname(),
    distribution,
    isRoot,
    capabilities,
    binaries: found,
    cni,
    caCertificates: authorities,
    kernel: { overlayfs, userNamespaces, nfTables, cgroup },
    ports: Object.fromEntries(ports),
    diskFreeBytes: disk,
    memoryTotalBytes: totalmem(),
    memoryAvailableBytes: Number(/^MemAvailable:\s+(\d+) kB$/m.exec(memory)?.[1] ?? freemem() / 1024) * 1024,
    systemd: init.trim() === 'systemd',
  }
}

/** os-release(5); on other systems than Linux its fields are empty. */
async function readDistribution(root: string): Promise<HostFacts['distribution']> {
  const text =
    (await readFile(join(root, 'etc/os-release'), 'utf8').catch(() => undefined)) ??
    (await readFile(join(root, 'usr/lib/os-release'), 'utf8').catch(() => ''))
  const value = (key: string) => new RegExp(`^${key}="?([^"\\n]*)"?$`, 'm').exec(text)?.[1] ?? ''
  return {
    id: value('ID'),
    version: value('VERSION_ID'),
    name: value('PRETTY_NAME'),
    like: value('ID_LIKE')
      .split(' ')
      .filter((word) => word !== ''),
  }
}

/** Free bytes where `path` is or would be made. */
async function freeDisk(path: string): Promise<number | undefined> {
  for (let at = path; ; at = dirname(at)) {
    const stats = await statfs(at).catch(() => undefined)
    if (stats !== undefined) return stats.bavail * stats.bsize
    if (dirname(at) === at) return undefined
  }
}
