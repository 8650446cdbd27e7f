/** Wires the autoscaler: each is looked at every 15 seconds, whatever came of the look before. */
import { type k8s, keyOf, parseKey, resources } from '../../api/index.ts'
import { runController } from '../../client/index.ts'
import { errorMessage, type WorkQueue } from '../../lib/index.ts'
import type { ControllerContext } from '../context.ts'
import { type AutoscalerController, reconcileAutoscaler, RESYNC_MS } from './reconcile.ts'

const CONCURRENCY = 5

export async function runHorizontalPodAutoscalerController(context: ControllerContext): Promise<void> {
  const { client, clock, informers, logger, signal } = context
  const [autoscalers, pods] = await Promise.all([
    informers.of(resources.horizontalpodautoscalers),
    informers.of(resources.pods),
  ])
  const controller: AutoscalerController = {
    client,
    clock,
    record: context.events.for('horizontal-pod-autoscaler'),
    get: (ref) => autoscalers.get(ref),
    podsIn: (namespace) => pods.list(namespace),
    histories: new Map(),
    selectors: new Map(),
  }
  let stopFollowing = () => {}
  await runController({
    name: 'horizontal-pod-autoscaler',
    clock,
    logger,
    signal,
    concurrency: CONCURRENCY,
    // Its own statuses come back as changes: what is new or gone alone asks for a look.
    sources: [],
    onQueue: (queue) => (stopFollowing = follow(autoscalers, queue)),
    async reconcile(key) {
      try {
        await reconcileAutoscaler(controller, key)
      } catch (error) {
        // It has been told in conditions and events, and goes on until somebody mends it.
        logger.debug({ controller: 'horizontal-pod-autoscaler', key, error: errorMessage(error) }, 'cannot scale')
      }
      return autoscalers.get(parseKey(key)) === undefined ? undefined : RESYNC_MS
    },
  })
  stopFollowing()
}

interface Followed {
  onChange(heard: (event: { type: string; object: k8s.HorizontalPodAutoscaler }) => void): () => void
}

function follow(autoscalers: Followed, queue: WorkQueue): () => void {
  return autoscalers.onChange(({ type, object }) => {
    if (type === 'deleted') queue.add(keyOf(object))
    else queue.addAfter(keyOf(object), RESYNC_MS)
  })
}
