/** The loop: watches pods and nodes, decides, binds. Decisions are made one at a time against an up-to-date snapshot;
 *  bindings are written meanwhile, and so is the end of pods that make room. */
import { type KubeObject, resources } from '../api/index.ts'
import { type Client, openInformer } from '../client/index.ts'
import type { Clock, Logger } from '../lib/index.ts'
import { ClusterCache } from './cluster-cache.ts'
import { Decider } from './decider.ts'
import { onNodeChange, onPodChange } from './follow-cluster.ts'
import { openSurroundings } from './open-cache.ts'
import { defaultProfile, type Profile } from './profile.ts'
import { SchedulingQueue } from './scheduling-queue.ts'
import { ToldFailures } from './told-failures.ts'
import { openVolumePlacement } from './volumes/index.ts'
import { Waker } from './waker.ts'

export interface SchedulerOptions {
  client: Client
  clock: Clock
  logger: Logger
  signal: AbortSignal
  profile?: Profile
  /** Chooses among equally good nodes. Default Math.random. */
  random?: () => number
}

/** After so many decisions in a row the event loop gets a turn: bindings go out, informers come in. */
const DECISIONS_PER_TURN = 16

/** Resolves when `signal` has aborted and the writes in hand are done. Rejects only when `signal` aborts before the
 *  first lists are in. */
export async function runScheduler(options: SchedulerOptions): Promise<void> {
  const { client, clock, signal, profile = defaultProfile, random = Math.random } = options
  const logger = options.logger.child({ component: 'scheduler' })
  const cache = new ClusterCache()
  const queue = new SchedulingQueue()
  const told = new ToldFailures()
  const waker = new Waker(clock)
  const wake = () => waker.wake()

  await using stack = new AsyncDisposableStack()
  const informer = { signal, clock, logger }
  stack.use(await openSurroundings({ client, cache, informer }))
  const nodes = stack.use(await openInformer(client, resources.nodes, informer))
  const pods = stack.use(await openInformer(client, resources.pods, { ...informer, transform: dropManagedFields }))
  const volumes = stack.use(
    await openVolumePlacement(client, informer, () => {
      queue.wake('StorageChanged')
      wake()
    }),
  )
  cache.update(() => ({ storage: volumes.storage }))

  const followed = { cache, queue, now: () => clock.now() }
  nodes.onChange((event) => {
    onNodeChange(followed, event)
    wake()
  })
  pods.onChange((event) => {
    onPodChange(followed, event)
    if (event.type === 'deleted' || event.object.spec.nodeName) told.forget(event.object.metadata.uid ?? '')
    wake()
  })

  const common = { client, clock, logger, signal, profile, random }
  const decider = new Decider({ ...common, cache, queue, told, nodes, pods, volumes, wake })
  signal.addEventListener('abort', wake, { once: true })
  while (!signal.aborted) {
    for (let made = 0; made < DECISIONS_PER_TURN; made++) {
      const pod = queue.pop(clock.now())
      if (pod === undefined) break
      decider.decide(pod)
    }
    await waker.sleepUntil(queue.nextReadyAt())
  }
  await decider.drained()
}

/** Half of a pod, and read by nobody here. */
function dropManagedFields({ metadata }: KubeObject): void {
  delete metadata.managedFields
}
