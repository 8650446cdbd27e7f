/** What CRI's containers have used: from their control groups, which costs less than the runtime's own accounts (those
 *  ask a shim for each container) and says more. What they wrote to disk only the runtime knows. */
import type { Cgroups } from '../stats/cgroup.ts'
import { interfacesOf } from '../stats/net-dev.ts'
import type { ContainerUsage, DiskUsage, RuntimeUsage, SandboxUsage, StorageUsage } from '../runtime/usage.ts'
import type { CriConnection } from './connection.ts'
import type { CriFilesystemUsage } from './types.ts'

interface Running {
  containers: readonly { id: string; sandboxId: string }[]
  sandboxes: readonly string[]
}

/** `cgroupRoot`: the group that all pods' own are below. */
export class CriUsage {
  readonly #cgroups: Promise<Cgroups>
  readonly #cgroupRoot: string
  /** Container or sandbox id → its group's path. */
  #paths: ReadonlyMap<string, string> = new Map()

  constructor(cgroups: Promise<Cgroups>, cgroupRoot: string) {
    this.#cgroups = cgroups
    this.#cgroupRoot = cgroupRoot
  }

  async read({ containers, sandboxes }: Running): Promise<RuntimeUsage> {
    const cgroups = await this.#cgroups
    const ids = [...containers.map(({ id }) => id), ...sandboxes]
    if (ids.some((id) => !this.#paths.has(id))) this.#paths = await cgroups.ofContainers(this.#cgroupRoot)
    const [ofContainers, ofSandboxes] = await Promise.all([
      Promise.all(containers.map((container) => this.#container(cgroups, container))),
      Promise.all(sandboxes.map((id) => this.#sandbox(cgroups, id))),
    ])
    return {
      containers: ofContainers.filter((usage) => usage !== undefined),
      sandboxes: ofSandboxes.filter((usage) => usage !== undefined),
    }
  }

  async #container(
    cgroups: Cgroups,
    { id, sandboxId }: { id: string; sandboxId: string },
  ): Promise<ContainerUsage | undefined> {
    const path = this.#paths.get(id)
    const usage = path === undefined ? undefined : await cgroups.usage(path)
    return usage && { id, sandboxId, ...usage }
  }

  async #sandbox(cgroups: Cgroups, id: string): Promise<SandboxUsage | undefined> {
    const path = this.#paths.get(id)
    if (path === undefined) return undefined
    const [pod, [pid]] = await Promise.all([
      cgroups.usage(path.slice(0, path.lastIndexOf('/'))),
      cgroups.processes(path),
    ])
    return { id, ...(pod && { pod }), interfaces: pid === undefined ? [] : await interfacesOf(pid) }
  }
}

const diskUsage = (usage: CriFilesystemUsage | null | undefined): DiskUsage => ({
  usedBytes: usage?.usedBytes?.value ?? 0,
  inodesUsed: usage?.inodesUsed?.value ?? 0,
})

export async function criStorage({ call }: Pick<CriConnection, 'call'>): Promise<StorageUsage> {
  const [{ imageFilesystems }, { stats }] = await Promise.all([
    call('ImageFsInfo', {}, { timeoutMs: 10_000 }),
    call('ListContainerStats', {}, { timeoutMs: 10_000 }),
  ])
  return {
    imageDirectory: imageFilesystems[0]?.fsId?.mountpoint || undefined,
    images: diskUsage(imageFilesystems[0]),
    writableLayers: new Map(
      stats.map(({ attributes, writableLayer }) => [attributes?.id ?? '', diskUsage(writableLayer)]),
    ),
  }
}
