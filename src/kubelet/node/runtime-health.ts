/** What the runtime says of itself, and for how long its silence says nothing: one that died is started again. Source:
 *  Kubernetes v1.34, pkg/kubelet/runtime.go (runtimeErrors), kubelet.go (updateRuntimeUp, maxWaitForContainerRuntime). */
import { type Clock, errorMessage } from '../../lib/index.ts'
import type { ContainerRuntime, RuntimeReadiness, RuntimeVersion } from '../runtime/runtime.ts'

export interface RuntimeWords {
  version: RuntimeVersion
  readiness: RuntimeReadiness
}

const LONGEST_SILENCE_MS = 30_000

export class RuntimeHealth {
  readonly #runtime: Pick<ContainerRuntime, 'isolated' | 'version' | 'readiness'>
  readonly #clock: Clock
  #heard: (RuntimeWords & { atMs: number }) | undefined

  constructor(runtime: Pick<ContainerRuntime, 'isolated' | 'version' | 'readiness'>, clock: Clock) {
    this.#runtime = runtime
    this.#clock = clock
  }

  /** What it says now or, where it does not answer, what it said within the last half minute. Never rejects. */
  async ask(): Promise<RuntimeWords> {
    try {
      const [version, readiness] = await Promise.all([this.#runtime.version(), this.#runtime.readiness()])
      this.#heard = { version, readiness, atMs: this.#clock.now() }
      return this.#heard
    } catch (error) {
      const heard = this.#heard
      if (heard === undefined) {
        const version = { name: this.#runtime.isolated ? 'containerd' : 'process', version: 'unknown' }
        return { version, readiness: { ready: false, networkReady: false, message: errorMessage(error) } }
      }
      if (this.#clock.now() - heard.atMs < LONGEST_SILENCE_MS) return heard
      const readiness = { ready: false, networkReady: false, message: 'container runtime is down' }
      return { version: heard.version, readiness }
    }
  }
}
