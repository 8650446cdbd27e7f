/** Wires the garbage collector: follows every resource, keeping of each object its place in the ownership graph. */
import { isApiError } from '../../api/index.ts'
import { errorMessage, WorkQueue } from '../../lib/index.ts'
import type { ControllerContext } from '../context.ts'
import { FollowedResources } from './followed-resources.ts'
import { OwnershipGraph } from './graph.ts'
import { reconcileNode } from './reconcile.ts'

const CONCURRENCY = 5

/** To be started after the other controllers: what they hold in full is not held again. */
export async function runGarbageCollector(context: ControllerContext): Promise<void> {
  const { client, clock, signal } = context
  const logger = context.logger.child({ controller: 'garbage-collector' })
  const graph = new OwnershipGraph()
  const queue = new WorkQueue({ clock })
  await using followed = new FollowedResources({ context, graph, concern: (uid) => queue.add(uid) })
  await followed.start()

  await queue.run({
    signal,
    concurrency: CONCURRENCY,
    handle: (uid) =>
      reconcileNode({ client, graph, resourceOf: (apiVersion, kind) => followed.ofKind(apiVersion, kind) }, uid),
    onError: (uid, error) => {
      const level = isApiError(error, 'Conflict') ? 'debug' : 'warn'
      logger[level]({ uid, error: errorMessage(error) }, 'garbage collection failed, will retry')
    },
  })
}
