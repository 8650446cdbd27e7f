/** What `/metrics` tells, under the names kube-apiserver gives it, so that dashboards and alerts work.
 *  Source: "Kubernetes Metrics Reference", v1.34; process metrics: Prometheus' client library conventions. */
import { readdirSync } from 'node:fs'
import { Gauge, Registry } from 'prom-client'
import type { Store } from '../../store/index.ts'
import { VERSION } from '../discovery/version.ts'
import type { FlowControl } from '../flowcontrol/flow-control.ts'
import type { StreamRegistry } from '../server/stream-registry.ts'

/** What is read when somebody asks. */
export interface MeasuredParts {
  store: Store
  streams: StreamRegistry
  flowControl: FlowControl
}

/** Requests in flight, by kind. */
type InFlight = Readonly<Record<'mutating' | 'readOnly', number>>

export function openRegistry(current: InFlight, parts: MeasuredParts): Registry {
  const registry = new Registry()
  gauge(
    registry,
    {
      name: 'apiserver_current_inflight_requests',
      help: 'Requests being answered now.',
      labelNames: ['request_kind'],
    },
    (self) => {
      for (const [kind, count] of Object.entries(current)) self.set({ request_kind: kind }, count)
    },
  )
  addServerGauges(registry, parts)
  addProcessGauges(registry)
  return registry
}

function addServerGauges(registry: Registry, { store, streams, flowControl }: MeasuredParts): void {
  gauge(
    registry,
    { name: 'apiserver_longrunning_requests', help: 'Watches and followed logs that are open.' },
    (self) => self.set(streams.count),
  )
  gauge(registry, { name: 'apiserver_storage_size_bytes', help: 'Space the object store takes on disk.' }, (self) =>
    self.set(store.stats().diskBytes),
  )
  gauge(registry, { name: 'naru_store_revision', help: 'Revision of the last acknowledged write.' }, (self) =>
    self.set(store.revision),
  )
  gauge(
    registry,
    { name: 'naru_store_compacted_revision', help: 'Revision below which nothing can be read.' },
    (self) => self.set(store.stats().compactedRevision),
  )
  const perLevel = (name: string, help: string, pick: 'running' | 'waiting') => {
    const labelNames = ['priority_level']
    gauge(registry, { name, help, labelNames }, (self) => {
      for (const level of flowControl.levels()) self.set({ priority_level: level.name }, level[pick])
    })
  }
  perLevel(
    'apiserver_flowcontrol_current_executing_requests',
    'Requests that have a seat, by priority level.',
    'running',
  )
  perLevel(
    'apiserver_flowcontrol_current_inqueue_requests',
    'Requests that wait for a seat, by priority level.',
    'waiting',
  )
  const { major, minor, gitVersion, gitCommit, goVersion, platform } = VERSION
  const build = { major, minor, git_version: gitVersion, git_commit: gitCommit, go_version: goVersion, platform }
  const labelNames = Object.keys(build)
  gauge(registry, { name: 'kubernetes_build_info', help: 'The version this server says it is.', labelNames }, (self) =>
    self.set(build, 1),
  )
}

function addProcessGauges(registry: Registry): void {
  const { timeOrigin } = performance
  gauge(registry, { name: 'process_cpu_seconds_total', help: 'CPU seconds this process has used.' }, (self) => {
    const { user, system } = process.cpuUsage()
    self.set((user + system) / 1e6)
  })
  gauge(registry, { name: 'process_resident_memory_bytes', help: 'Resident memory of this process.' }, (self) =>
    self.set(process.memoryUsage.rss()),
  )
  gauge(
    registry,
    { name: 'process_start_time_seconds', help: 'When this process started, in seconds since 1970.' },
    (self) => self.set(timeOrigin / 1000),
  )
  gauge(registry, { name: 'nodejs_heap_size_used_bytes', help: 'Memory in use in the JavaScript heap.' }, (self) =>
    self.set(process.memoryUsage().heapUsed),
  )
  gauge(registry, { name: 'process_open_fds', help: 'Open file descriptors.' }, (self) => {
    try {
      self.set(readdirSync('/proc/self/fd').length)
    } catch {
      // Only Linux tells.
    }
  })
}

interface GaugeText {
  name: string
  help: string
  labelNames?: string[]
}

/** A gauge that is read when somebody asks. */
function gauge(registry: Registry, { name, help, labelNames = [] }: GaugeText, read: (self: Gauge) => void): void {
  const made: Gauge = new Gauge({ name, help, labelNames, registers: [], collect: () => read(made) })
  registry.registerMetric(made)
}
