/** What a machine must or should have for Naru, as an ordered table of rules over its facts. Pure. Titles, reasons and
 *  remedies are in the catalogues: `doctor.<id>`, `doctor.<id>.why`, `doctor.<id>.fix`. */
import type { BinaryName, HostFacts } from '../../host/index.ts'
import { formatBytes } from '../output/text.ts'

export const CHECKS = [
  'system',
  'privileges',
  'containerd',
  'runc',
  'cni',
  'iproute',
  'nftables',
  'overlayfs',
  'cgroups',
  'sandbox',
  'archives',
  'debianPackages',
  'certificates',
  'port',
  'disk',
  'memory',
] as const
export type CheckId = (typeof CHECKS)[number]

/** `fail`: something required is missing. `warn`: Naru works, with less. */
export type CheckStatus = 'ok' | 'warn' | 'fail'

export interface Check {
  id: CheckId
  status: CheckStatus
  /** What was found: a version, a path, the machine's own words. */
  found: string
  /** Debian packages that mend it. */
  packages: readonly string[]
}

export interface DoctorFacts {
  host: HostFacts
  /** The gateway's port while an engine runs: then that port is taken by ourselves. */
  gatewayPort: number | undefined
}

type Verdict = { status: CheckStatus; found: string; packages?: readonly string[] }
type Rule = (facts: DoctorFacts) => Verdict

const GIB = 2 ** 30
const MIB = 2 ** 20

export function runChecks(facts: DoctorFacts): Check[] {
  return CHECKS.map((id) => ({ id, packages: [], ...RULES[id](facts) }))
}

export const missingPackages = (checks: readonly Check[]): string[] => [
  ...new Set(checks.filter(({ status }) => status !== 'ok').flatMap(({ packages }) => packages)),
]

/** What containers need is required of root; an ordinary user runs apps as processes and needs none of it. */
const lackOfContainers = ({ host }: DoctorFacts): CheckStatus =>
  host.isRoot && host.platform === 'linux' ? 'fail' : 'warn'

const program =
  (name: BinaryName, packages: readonly string[], lack: (facts: DoctorFacts) => CheckStatus): Rule =>
  (facts) => {
    const binary = facts.host.binaries[name]
    if (binary === undefined) return { status: lack(facts), found: '', packages }
    return { status: 'ok', found: `${binary.version ?? ''} ${binary.path}`.trim() }
  }

const RULES: Record<CheckId, Rule> = {
  system: ({ host }) => ({
    status: host.platform === 'linux' ? 'ok' : 'warn',
    found: `${host.distribution.name || host.platform}, ${host.arch}, ${host.kernelRelease}`,
  }),
  privileges: ({ host }) => {
    if (!host.isRoot) return { status: 'warn', found: 'uid ≠ 0' }
    const { sysAdmin, netAdmin } = host.capabilities
    return { status: sysAdmin && netAdmin ? 'ok' : 'fail', found: sysAdmin && netAdmin ? 'root' : 'root, restricted' }
  },
  containerd: program('containerd', ['containerd'], lackOfContainers),
  runc: program('runc', ['runc'], lackOfContainers),
  cni: (facts) => {
    const { directory, missing } = facts.host.cni
    if (directory !== undefined) return { status: 'ok', found: directory }
    return {
      status: lackOfContainers(facts),
      found: missing.join(', '),
      packages: ['containernetworking-plugins'],
    }
  },
  iproute: program('ip', ['iproute2'], lackOfContainers),
  nftables: (facts) => {
    const { kernel, binaries, isRoot } = facts.host
    if (binaries.nft === undefined) return { status: lackOfContainers(facts), found: '', packages: ['nftables'] }
    // An ordinary user may not even ask the kernel.
    if (kernel.nfTables.ok || !isRoot)
      return { status: 'ok', found: `${binaries.nft.version ?? ''} ${binaries.nft.path}`.trim() }
    return { status: lackOfContainers(facts), found: kernel.nfTables.reason ?? '' }
  },
  overlayfs: (facts) => ({
    status: facts.host.kernel.overlayfs ? 'ok' : lackOfContainers(facts),
    found: facts.host.kernel.overlayfs ? 'overlay' : '',
  }),
  cgroups: (facts) => {
    const { mode, controllers, writable } = facts.host.kernel.cgroup
    const complete = controllers.includes('memory') && controllers.includes('cpu')
    const fit = complete && (writable || !facts.host.isRoot)
    return {
      status: fit ? 'ok' : lackOfContainers(facts),
      found: `${mode}${controllers.length > 0 ? ` (${controllers.join(', ')})` : ''}`,
    }
  },
  sandbox: (facts) => {
    const { binaries, kernel } = facts.host
    if (binaries.bwrap === undefined) return { status: lackOfContainers(facts), found: '', packages: ['bubblewrap'] }
    if (!kernel.userNamespaces.ok) return { status: 'warn', found: kernel.userNamespaces.reason ?? '' }
    return { status: 'ok', found: `${binaries.bwrap.version ?? ''} ${binaries.bwrap.path}`.trim() }
  },
  archives: ({ host }) => {
    const missing = [host.binaries.tar ? [] : ['tar'], host.binaries.xz ? [] : ['xz-utils']].flat()
    return {
      status: missing.length === 0 ? 'ok' : 'warn',
      found: missing.length === 0 ? 'tar, xz' : '',
      packages: missing,
    }
  },
  debianPackages: (facts) => {
    const { binaries } = facts.host
    const present = binaries['apt-get'] !== undefined && binaries['dpkg-deb'] !== undefined
    return {
      status: present ? 'ok' : lackOfContainers(facts),
      found: present ? `apt ${binaries['apt-get']?.version ?? ''}`.trim() : '',
    }
  },
  certificates: ({ host }) => ({
    status: host.caCertificates ? 'ok' : 'warn',
    found: host.caCertificates ? '/etc/ssl/certs/ca-certificates.crt' : '',
    packages: ['ca-certificates'],
  }),
  port: ({ host, gatewayPort }) => {
    if (gatewayPort !== undefined) return { status: 'ok', found: `${gatewayPort} (Naru)` }
    const free = [80, 8080].filter((port) => host.ports[port]?.ok)
    if (free.length > 0) return { status: 'ok', found: String(free[0]) }
    return { status: 'warn', found: `80: ${host.ports[80]?.reason ?? '?'}, 8080: ${host.ports[8080]?.reason ?? '?'}` }
  },
  disk: ({ host }) => {
    const free = host.diskFreeBytes
    if (free === undefined) return { status: 'warn', found: '' }
    return { status: free < 256 * MIB ? 'fail' : free < 2 * GIB ? 'warn' : 'ok', found: formatBytes(free) }
  },
  memory: ({ host }) => ({
    status: host.memoryAvailableBytes < 512 * MIB ? 'warn' : 'ok',
    found: `${formatBytes(host.memoryAvailableBytes)} / ${formatBytes(host.memoryTotalBytes)}`,
  }),
}
