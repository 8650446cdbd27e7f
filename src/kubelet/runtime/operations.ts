/** How often the runtime is asked for what, and how long it takes to do it. Source of names, labels and buckets:
 *  Kubernetes v1.34, pkg/kubelet/metrics/metrics.go, pkg/kubelet/kuberuntime/instrumented_services.go. */
import { Counter, Histogram, Registry } from 'prom-client'
import type { Clock } from '../../lib/index.ts'
import type { ContainerRuntime } from './runtime.ts'

/** What Kubernetes calls each, after the calls of CRI. */
const OPERATIONS = {
  version: 'version',
  readiness: 'status',
  pullImage: 'pull_image',
  imageStatus: 'image_status',
  listImages: 'list_images',
  removeImage: 'remove_image',
  runSandbox: 'run_podsandbox',
  stopSandbox: 'stop_podsandbox',
  removeSandbox: 'remove_podsandbox',
  listSandboxes: 'list_podsandbox',
  sandboxIPs: 'podsandbox_status',
  createContainer: 'create_container',
  startContainer: 'start_container',
  updateResources: 'update_container',
  stopContainer: 'stop_container',
  removeContainer: 'remove_container',
  listContainers: 'list_containers',
  containerStatus: 'container_status',
  exec: 'exec_sync',
  reopenLog: 'reopen_container_log',
} as const satisfies Partial<Record<keyof ContainerRuntime, string>>

type Operation = keyof typeof OPERATIONS
type Call = (...args: unknown[]) => Promise<unknown>

/** 5 ms to 12 minutes. */
const BUCKETS_SECONDS = Array.from({ length: 14 }, (_, index) => 0.005 * 2.5 ** index)

export class RuntimeOperations {
  readonly #registry = new Registry()
  readonly #clock: Clock
  readonly #total: Counter<'operation_type'>
  readonly #errors: Counter<'operation_type'>
  readonly #seconds: Histogram<'operation_type'>

  constructor(clock: Clock) {
    this.#clock = clock
    const shared = { labelNames: ['operation_type'] as const, registers: [this.#registry] }
    this.#total = new Counter({
      ...shared,
      name: 'kubelet_runtime_operations_total',
      help: '[ALPHA] Cumulative number of runtime operations by operation type.',
    })
    this.#errors = new Counter({
      ...shared,
      name: 'kubelet_runtime_operations_errors_total',
      help: '[ALPHA] Cumulative number of runtime operation errors by operation type.',
    })
    this.#seconds = new Histogram({
      ...shared,
      name: 'kubelet_runtime_operations_duration_seconds',
      help: '[ALPHA] Duration in seconds of runtime operations. Broken down by operation type.',
      buckets: BUCKETS_SECONDS,
    })
  }

  /** `runtime`, each operation of which is counted here. */
  watched(runtime: ContainerRuntime): ContainerRuntime {
    const names = Object.keys(OPERATIONS) as Operation[]
    const watched = names.map((name) => [name, this.#watch(OPERATIONS[name], runtime[name].bind(runtime) as Call)])
    return { ...runtime, ...Object.fromEntries(watched) }
  }

  /** In Prometheus' text format. */
  exposition(): Promise<string> {
    return this.#registry.metrics()
  }

  #watch(operation: string, call: Call): Call {
    const labels = { operation_type: operation }
    return async (...args) => {
      const start = this.#clock.now()
      this.#total.inc(labels)
      try {
        return await call(...args)
      } catch (error) {
        this.#errors.inc(labels)
        throw error
      } finally {
        this.#seconds.observe(labels, (this.#clock.now() - start) / 1000)
      }
    }
  }
}
