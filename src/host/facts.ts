/** What a machine is and has, as far as Naru cares. Gathered by `inspectHost`, judged elsewhere. */

/** The programs Naru may start. */
export const BINARIES = [
  'containerd',
  'runc',
  'ctr',
  'nft',
  'ip',
  'bwrap',
  'apt-get',
  'dpkg-deb',
  'kubectl',
  'skopeo',
  'tar',
  'xz',
] as const
export type BinaryName = (typeof BINARIES)[number]

export interface Binary {
  path: string
  /** As the program itself prints it, the number alone (`1.6.20`); undefined when it prints none. */
  version?: string | undefined
}

export interface CniPlugins {
  /** The first directory that has all that is required; undefined when none has. */
  directory?: string | undefined
  /** Required plugins that the best directory lacks. */
  missing: readonly string[]
}

/** `v1`: one mount per controller; `hybrid`: v1 controllers with an (unused) v2 tree beside; `v2`: unified. */
export type CgroupMode = 'v1' | 'hybrid' | 'v2' | 'none'

export interface CgroupFacts {
  mode: CgroupMode
  controllers: readonly string[]
  /** Whether this process may make groups in it. */
  writable: boolean
}

export interface Probe {
  ok: boolean
  /** Why not, as the machine said it. */
  reason?: string | undefined
}

export interface HostFacts {
  platform: NodeJS.Platform
  /** As Node names it: `x64`, `arm64`. */
  arch: string
  kernelRelease: string
  hostname: string
  /** From os-release(5): `debian`, `12`, `Debian GNU/Linux 12 (bookworm)`. */
  distribution: { id: string; version: string; name: string; like: readonly string[] }
  isRoot: boolean
  /** Whether the process holds CAP_SYS_RESOURCE (lowering oom_score_adj needs it), CAP_NET_ADMIN, CAP_SYS_ADMIN. */
  capabilities: { sysResource: boolean; netAdmin: boolean; sysAdmin: boolean }
  binaries: Readonly<Partial<Record<BinaryName, Binary>>>
  cni: CniPlugins
  /** Whether the system's bundle of certificate authorities is there. */
  caCertificates: boolean
  kernel: {
    overlayfs: boolean
    /** Whether this user may make user namespaces (the build sandbox of ordinary users needs them). */
    userNamespaces: Probe
    /** Whether `nft` and the kernel understand each other (a dry run). */
    nfTables: Probe
    cgroup: CgroupFacts
  }
  /** Whether the port could be bound just now on 0.0.0.0. */
  ports: Readonly<Record<number, Probe>>
  /** Free to this user in the file system that holds the state directory; undefined when it cannot be told. */
  diskFreeBytes?: number | undefined
  memoryTotalBytes: number
  memoryAvailableBytes: number
  /** systemd is process 1. */
  systemd: boolean
}
