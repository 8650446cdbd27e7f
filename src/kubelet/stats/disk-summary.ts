/** What pods take of the disk: writable layers, logs and volumes. Looked at once a minute at most, as the kubelet does:
 *  counting files is work. Source: Kubernetes v1.34, pkg/kubelet/server/stats (volumeStatCalculator, one minute). */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { claimNameOf, type k8s } from '../../api/index.ts'
import type { Clock } from '../../lib/index.ts'
import { podLogDirectory } from '../pod/names.ts'
import type { ContainerRuntime } from '../runtime/runtime.ts'
import { diskUsage } from './disk-usage.ts'
import { filesystemUsage } from './machine-usage.ts'
import type { NodeSample } from './sample.ts'
import type { DiskSummary, VolumeSummary } from './summary.ts'

export interface DiskSummariesOptions {
  runtime: Pick<ContainerRuntime, 'storage'>
  clock: Clock
  podsDir: string
  logsDir: string
  stateDir: string
  /** The pods of this node. */
  pods: () => readonly k8s.Pod[]
}

const MAX_AGE_MS = 60_000
/** Volumes whose files are the pod's own. */
const EPHEMERAL = ['emptyDir', 'configMap', 'secret', 'downwardAPI', 'projected', 'gitRepo'] as const

export class DiskSummaries {
  readonly #options: DiskSummariesOptions
  #latest: { atMs: number; summary: Promise<DiskSummary> } | undefined

  constructor(options: DiskSummariesOptions) {
    this.#options = options
  }

  async of(sample: NodeSample, maxAgeMs = MAX_AGE_MS): Promise<DiskSummary> {
    const nowMs = this.#options.clock.now()
    if (this.#latest === undefined || nowMs - this.#latest.atMs >= maxAgeMs) {
      const summary = this.#look(sample)
      this.#latest = { atMs: nowMs, summary }
      summary.catch(() => (this.#latest = undefined))
    }
    return this.#latest.summary
  }

  async #look(sample: NodeSample): Promise<DiskSummary> {
    const { runtime, logsDir, stateDir } = this.#options
    const storage = await runtime.storage()
    const imageFilesystem = await filesystemUsage(storage.imageDirectory ?? stateDir).catch(
      () => sample.machine.filesystem,
    )
    const logs = await Promise.all(
      sample.pods.flatMap(({ pod, containers }) =>
        containers.map(async ({ id, name }) => {
          const usage = await diskUsage(join(podLogDirectory(logsDir, pod), name))
          return [id, usage] as const
        }),
      ),
    )
    const volumes = await Promise.all(
      this.#options.pods().map(async (pod) => [pod.metadata.uid ?? '', await this.#volumes(pod)] as const),
    )
    return { storage, imageFilesystem, logs: new Map(logs), volumes: new Map(volumes) }
  }

  /** The pod's own are in `<pod>/volumes/<name>`; of those behind claims, `<pod>/claims/<name>` says where they are. */
  async #volumes(pod: k8s.Pod): Promise<VolumeSummary[]> {
    const podDir = join(this.#options.podsDir, pod.metadata.uid ?? '')
    const found = (pod.spec.volumes ?? []).map(async (volume): Promise<VolumeSummary | undefined> => {
      const claim = claimNameOf(pod, volume)
      if (claim !== undefined) return claimVolume(podDir, pod, { name: volume.name, claim })
      const kind = EPHEMERAL.find((name) => volume[name] !== undefined)
      if (kind === undefined) return undefined
      const directory = join(podDir, 'volumes', volume.name)
      const filesystem = await filesystemUsage(directory).catch(() => undefined)
      if (filesystem === undefined) return undefined
      // What is in memory counts as memory.
      const ephemeral = volume.emptyDir?.medium !== 'Memory'
      return { name: volume.name, ...(await diskUsage(directory)), filesystem, ephemeral }
    })
    return (await Promise.all(found)).filter((volume) => volume !== undefined)
  }
}

/** What a claim gives is a filesystem: what is used of it is all that is used there, as Kubernetes has it of local
 *  volumes (pkg/volume, MetricsStatFS). */
async function claimVolume(
  podDir: string,
  pod: k8s.Pod,
  { name, claim }: { name: string; claim: string },
): Promise<VolumeSummary | undefined> {
  const directory = await readFile(join(podDir, 'claims', name), 'utf8').catch(() => undefined)
  const filesystem = directory === undefined ? undefined : await filesystemUsage(directory).catch(() => undefined)
  if (filesystem === undefined) return undefined
  const { usedBytes, inodes, inodesFree } = filesystem
  const used = { usedBytes, inodesUsed: inodes - inodesFree }
  const of = { namespace: pod.metadata.namespace ?? 'default', name: claim }
  return { name, ...used, claim: of, filesystem, ephemeral: false }
}
