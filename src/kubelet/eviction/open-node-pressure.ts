/** Puts together what keeps the node from running out of something: images nobody uses go, then pods. */
import type { Clock, Logger } from '../../lib/index.ts'
import { ImageCollector } from '../images-collection.ts'
import { removeEnded } from '../pod/remove-ended.ts'
import type { ContainerRuntime } from '../runtime/runtime.ts'
import { filesystemUsage } from '../stats/machine-usage.ts'
import type { NodeStats } from '../stats/open-stats.ts'
import { NodePressure, type NodePressureOptions } from './node-pressure.ts'
import type { Observations } from './signals.ts'
import { openPressureSource } from './pressure-source.ts'

export interface OpenNodePressureOptions extends Pick<NodePressureOptions, 'pods' | 'evict' | 'warn'> {
  runtime: ContainerRuntime
  stats: NodeStats
  stateDir: string
  clock: Clock
  logger: Logger
  /** Default: of this machine. */
  observe?: () => Promise<Observations>
}

/** How long is waited for a pod to end before the next is thought of. Source: Kubernetes v1.34, pkg/kubelet/eviction
 *  (podCleanupTimeout, podCleanupPollFreq). */
const CLEANUP_MS = 30_000
const CLEANUP_POLL_MS = 1_000

export function openNodePressure(options: OpenNodePressureOptions): { pressure: NodePressure; images: ImageCollector } {
  const { runtime, clock, logger, stateDir, stats, pods, evict, warn } = options
  const storage = () => runtime.storage()
  const filesystem = async () => filesystemUsage((await storage()).imageDirectory ?? stateDir)
  const images = new ImageCollector({ runtime, clock, logger, filesystem, warn })
  const real = openPressureSource({
    stats,
    storage,
    stateDir,
    removeEnded: () => removeEnded(runtime, pods()),
    removeImages: () => images.removeUnused(),
  })
  const source = { ...real, ...(options.observe && { observe: options.observe }) }
  const isRunning = async (podUid: string) =>
    (await runtime.listContainers({ podUid }).catch(() => [])).some(({ state }) => state === 'running')
  const pressure = new NodePressure({
    source,
    clock,
    logger,
    pods,
    evict,
    warn,
    async ended({ metadata }, signal) {
      const endMs = clock.now() + CLEANUP_MS
      do await clock.sleep(CLEANUP_POLL_MS, signal)
      while (!signal.aborted && clock.now() < endMs && (await isRunning(metadata.uid ?? '')))
    },
  })
  return { pressure, images }
}
