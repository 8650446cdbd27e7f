/** Wires the garbage collector: follows every resource, keeping of each object its place in the ownership graph. */
import { findResourceByKind, isApiError, type KubeObject, type Resource } from '../../api/index.ts'
import { type Informer, openInformer } from '../../client/index.ts'
import { errorMessage, WorkQueue } from '../../lib/index.ts'
import type { ControllerContext } from '../context.ts'
import { deletableResources } from '../objects/index.ts'
import { graphNode, OwnershipGraph } from './graph.ts'
import { reconcileNode } from './reconcile.ts'

const CONCURRENCY = 5

/** To be started after the other controllers: what they hold in full is not held again. */
export async function runGarbageCollector(context: ControllerContext): Promise<void> {
  const { client, clock, signal } = context
  const logger = context.logger.child({ controller: 'garbage-collector' })
  const graph = new OwnershipGraph()
  const queue = new WorkQueue({ clock })
  await using opened = new AsyncDisposableStack()

  for (const resource of deletableResources({ withEvents: false })) {
    const informer = await follow(context, resource, opened)
    informer?.onChange(({ type, object }) => {
      const concerned =
        type === 'deleted' ? graph.remove(object.metadata.uid ?? '') : graph.put(graphNode(resource, object))
      for (const uid of concerned) queue.add(uid)
    })
  }

  await queue.run({
    signal,
    concurrency: CONCURRENCY,
    handle: (uid) => reconcileNode({ client, graph, resourceOf: findResourceByKind }, uid),
    onError: (uid, error) => {
      const level = isApiError(error, 'Conflict') ? 'debug' : 'warn'
      logger[level]({ uid, error: errorMessage(error) }, 'garbage collection failed, will retry')
    },
  })
}

/** Nothing when the server does not serve the resource. */
async function follow(
  { client, clock, logger, signal, informers }: ControllerContext,
  resource: Resource,
  opened: AsyncDisposableStack,
): Promise<Informer<KubeObject> | undefined> {
  if (informers.holds(resource)) return await informers.of(resource)
  try {
    await client.list(resource, { limit: 1 })
  } catch (error) {
    if (isApiError(error, 'NotFound', 'MethodNotAllowed')) return undefined
    // Not reachable right now: the informer keeps trying.
  }
  return opened.use(await openInformer(client, resource, { signal, clock, logger, transform: keepOwnership }))
}

/** Drops all but what `graphNode` reads, in place. */
function keepOwnership(object: KubeObject): void {
  const { name, namespace, uid, resourceVersion, ownerReferences, deletionTimestamp, finalizers } = object.metadata
  for (const field of Object.keys(object)) delete (object as unknown as Record<string, unknown>)[field]
  object.metadata = { name, namespace, uid, resourceVersion, ownerReferences, deletionTimestamp, finalizers }
}
