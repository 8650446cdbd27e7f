/** Keeps a recent sample of what the node and its pods use: one every ten seconds, as cAdvisor does, and fresh ones for
 *  those who ask. */
import { type Clock, errorMessage, type Logger } from '../../lib/index.ts'
import type { ContainerRuntime } from '../runtime/runtime.ts'
import { type Cgroups, openCgroups } from './cgroup.ts'
import { machineUsage, type MachineUsage } from './machine-usage.ts'
import { type ContainerFacts, type NodeSample, sampleOf } from './sample.ts'

export interface StatsCollectorOptions {
  runtime: ContainerRuntime
  clock: Clock
  logger: Logger
  /** A directory on the filesystem that pods' volumes and logs are kept on. */
  stateDir: string
  /** Default: this machine's. */
  machine?: () => Promise<MachineUsage>
}

export const HOUSEKEEPING_MS = 10_000
/** A rate needs a sample at least so much older. */
const WINDOW_MS = 5_000

export class StatsCollector {
  readonly #options: StatsCollectorOptions
  readonly #machine: () => Promise<MachineUsage>
  readonly #facts = new Map<string, ContainerFacts>()
  #older: NodeSample | undefined
  #latest: NodeSample | undefined
  #taking: Promise<NodeSample> | undefined

  constructor(options: StatsCollectorOptions) {
    this.#options = options
    let cgroups: Promise<Cgroups> | undefined
    this.#machine = options.machine ?? (async () => machineUsage(options.stateDir, await (cgroups ??= openCgroups())))
  }

  /** A sample no older than `maxAgeMs`. */
  async current(maxAgeMs = WINDOW_MS): Promise<NodeSample> {
    const latest = this.#latest
    if (latest !== undefined && this.#options.clock.now() - latest.atMs < maxAgeMs) return latest
    this.#taking ??= this.#take().finally(() => (this.#taking = undefined))
    return this.#taking
  }

  async #take(): Promise<NodeSample> {
    const { runtime, clock } = this.#options
    const [usage, containers, sandboxes, machine] = await Promise.all([
      runtime.usage(),
      runtime.listContainers(),
      runtime.listSandboxes(),
      this.#machine(),
    ])
    const atMs = clock.now()
    await this.#learn(usage.containers.map(({ id }) => id))
    const facts = this.#facts
    const latest = this.#latest
    const before = latest !== undefined && atMs - latest.atMs >= WINDOW_MS ? latest : (this.#older ?? latest)
    const sample = sampleOf({ atMs, machine, usage, containers, sandboxes, facts }, before)
    if (before === latest) this.#older = latest
    this.#latest = sample
    return sample
  }

  async #learn(running: readonly string[]): Promise<void> {
    const kept = new Set(running)
    for (const id of this.#facts.keys()) if (!kept.has(id)) this.#facts.delete(id)
    await Promise.all(
      running.map(async (id) => {
        if (this.#facts.has(id)) return
        const status = await this.#options.runtime.containerStatus(id).catch(() => undefined)
        if (status) this.#facts.set(id, { image: status.imageName, startedAtMs: status.startedAtMs })
      }),
    )
  }

  /** Resolves when `signal` has aborted. */
  async run({ signal }: { signal: AbortSignal }): Promise<void> {
    const { clock, logger } = this.#options
    while (!signal.aborted) {
      await this.current().catch((error: unknown) => {
        if (!signal.aborted) logger.debug({ error: errorMessage(error) }, 'what containers use cannot be read')
      })
      await clock.sleep(HOUSEKEEPING_MS, signal)
    }
  }
}
