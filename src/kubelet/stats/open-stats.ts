/** What the node uses and tells of it: the collector, and the exchange that answers from it. */
import { cpus } from 'node:os'
import type { Exchange, k8s } from '../../api/index.ts'
import type { Clock, Logger } from '../../lib/index.ts'
import type { ProbeTally } from '../probes/probe-tally.ts'
import type { RuntimeOperations } from '../runtime/operations.ts'
import type { ContainerRuntime } from '../runtime/runtime.ts'
import { StatsCollector } from './collector.ts'
import { DiskSummaries } from './disk-summary.ts'
import { statsExchange } from './exchange.ts'

export interface NodeStatsOptions {
  runtime: ContainerRuntime
  clock: Clock
  logger: Logger
  nodeName: string
  stateDir: string
  podsDir: string
  logsDir: string
  /** The pods of this node. */
  pods: () => readonly k8s.Pod[]
  probes: ProbeTally
  operations: RuntimeOperations
}

export interface NodeStats {
  collector: StatsCollector
  disks: DiskSummaries
  exchange: Exchange
}

export function openStats(options: NodeStatsOptions): NodeStats {
  const { nodeName, runtime, pods, probes, operations } = options
  const collector = new StatsCollector(options)
  const disks = new DiskSummaries(options)
  const { cgroupRoot } = runtime
  return {
    collector,
    disks,
    exchange: statsExchange({
      nodeName,
      cpuCores: cpus().length,
      cgroupRoot,
      collector,
      disks,
      pods,
      probes,
      operations,
    }),
  }
}
