/** A test cluster with all of the engine's controllers, each with the rights of its own account, on the real clock. One
 *  controller and a clock in the test's hands: controller-run.ts. */
import { expect } from 'vitest'
import { type ControllersOptions, runControllers } from '../../src/controllers/run-controllers.ts'
import { silentLogger, systemClock } from '../../src/lib/index.ts'
import { openTestCluster, type TestCluster } from './cluster.ts'
import { type ComponentClients, componentClients } from './components.ts'
import { openPlayingKubelet, type PlayingKubelet, type PlayingKubeletOptions } from './playing-kubelet.ts'

export interface ControlledCluster extends TestCluster {
  start(): void
  /** Resolves when what was in hand is done. */
  stop(): Promise<void>
  restart(): Promise<void>
  /** Plays the kubelet of a node for as long as the cluster is open. */
  openKubelet(options?: Omit<PlayingKubeletOptions, 'client'>): Promise<PlayingKubelet>
}

type Common = Pick<ControllersOptions, 'clock' | 'logger' | 'signal'>

export interface ControlledClusterOptions {
  /** Runs beside the controllers, and stops with them. */
  beside?: (common: Common, clientAs: ComponentClients['clientAs']) => Promise<void>
}

/** Disposing it fails when a component was refused something for want of rights. */
export async function openControlledCluster({ beside }: ControlledClusterOptions = {}): Promise<ControlledCluster> {
  const opened = new AsyncDisposableStack()
  const cluster = opened.use(await openTestCluster())
  const { controllers, clientAs, refused } = componentClients(cluster)
  let aborter = new AbortController()
  let running: Promise<unknown> = Promise.resolve()

  const start = () => {
    aborter = new AbortController()
    const common = { clock: systemClock, logger: silentLogger, signal: aborter.signal }
    running = Promise.all([runControllers({ ...common, ...controllers, caPem: 'CA' }), beside?.(common, clientAs)])
  }
  const stop = async () => {
    aborter.abort()
    await running
  }
  start()
  opened.defer(stop)
  return {
    ...cluster,
    start,
    stop,
    async restart() {
      await stop()
      start()
    },
    async openKubelet(options = {}) {
      return opened.use(await openPlayingKubelet({ client: cluster.client, ...options }))
    },
    async [Symbol.asyncDispose]() {
      await opened.disposeAsync()
      expect(refused).toEqual([])
    },
  }
}
