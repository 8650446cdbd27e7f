/** Decides what runs the containers: containerd wherever it can, host processes elsewhere. */
import type { HostFacts } from './facts.ts'

export type RuntimeName = 'containerd' | 'process'

/** What a machine can lack for containerd. Closed: each has a sentence in `docs/errors.md` and in the catalogues. */
export const RUNTIME_OBSTACLES = [
  'notLinux',
  'notRoot',
  'noPrivileges',
  'noContainerd',
  'noRunc',
  'noCniPlugins',
  'noIproute',
  'noNftables',
  'noOverlayfs',
  'noCgroupControllers',
] as const
export type RuntimeObstacle = (typeof RUNTIME_OBSTACLES)[number]

export interface RuntimeChoice {
  runtime: RuntimeName
  /** Why it is not containerd, each with what was found; empty when it is. */
  obstacles: readonly { code: RuntimeObstacle; detail: string }[]
  /** The same as English sentences, for logs and the engine's failure file. */
  reasons: string[]
}

interface Rule {
  code: RuntimeObstacle
  hinders: (facts: HostFacts) => boolean
  detail: (facts: HostFacts) => string
}

const has = (name: keyof HostFacts['binaries']) => (facts: HostFacts) => facts.binaries[name] === undefined

const RULES: readonly Rule[] = [
  { code: 'notLinux', hinders: (f) => f.platform !== 'linux', detail: (f) => `this is ${f.platform}, not Linux` },
  { code: 'notRoot', hinders: (f) => !f.isRoot, detail: () => 'Naru does not run as root' },
  {
    code: 'noPrivileges',
    hinders: (f) => f.isRoot && !(f.capabilities.sysAdmin && f.capabilities.netAdmin),
    detail: () => 'root lacks CAP_SYS_ADMIN or CAP_NET_ADMIN here, as in an unprivileged container',
  },
  { code: 'noContainerd', hinders: has('containerd'), detail: () => 'containerd is not installed' },
  { code: 'noRunc', hinders: has('runc'), detail: () => 'runc is not installed' },
  {
    code: 'noCniPlugins',
    hinders: (f) => f.cni.directory === undefined,
    detail: (f) => `these CNI plugins are not installed: ${f.cni.missing.join(', ')}`,
  },
  { code: 'noIproute', hinders: has('ip'), detail: () => 'iproute2 (ip) is not installed' },
  {
    code: 'noNftables',
    hinders: (f) => !f.kernel.nfTables.ok,
    detail: (f) => `nftables cannot be used: ${f.kernel.nfTables.reason ?? 'unknown reason'}`,
  },
  { code: 'noOverlayfs', hinders: (f) => !f.kernel.overlayfs, detail: () => 'the kernel has no overlayfs' },
  {
    code: 'noCgroupControllers',
    hinders: ({ kernel: { cgroup } }) =>
      !cgroup.writable || !cgroup.controllers.includes('memory') || !cgroup.controllers.includes('cpu'),
    detail: ({ kernel: { cgroup } }) =>
      `control groups with cpu and memory cannot be made (mode ${cgroup.mode}, controllers: ${cgroup.controllers.join(', ') || 'none'}${cgroup.writable ? '' : ', read-only'})`,
  },
]

export function choosePreferredRuntime(facts: HostFacts): RuntimeChoice {
  const obstacles = RULES.filter((rule) => rule.hinders(facts)).map(({ code, detail }) => ({
    code,
    detail: detail(facts),
  }))
  return {
    runtime: obstacles.length === 0 ? 'containerd' : 'process',
    obstacles,
    reasons: obstacles.map(({ detail }) => detail),
  }
}
