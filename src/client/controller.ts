/** The loop of a controller: informers' changes become keys, keys are reconciled one at a time each. */
import { isApiError, type KubeObject } from '../api/index.ts'
import { type Clock, errorMessage, type Logger, WorkQueue } from '../lib/index.ts'
import type { Informer } from './informer.ts'

export interface Source<T extends KubeObject> {
  informer: Informer<T>
  /** The keys to reconcile when `object` changes; called for the old state too, so that both owners hear of a move. */
  keys: (object: T) => readonly string[]
}

/** Binds `keys` to the informer's type, so that sources of several types fit in one list. */
export const source = <T extends KubeObject>(
  informer: Informer<T>,
  keys: (object: T) => readonly string[],
): Source<KubeObject> => ({ informer, keys }) as unknown as Source<KubeObject>

export interface ControllerOptions {
  name: string
  clock: Clock
  logger: Logger
  signal: AbortSignal
  /** How many keys are reconciled at once. Default 1. */
  concurrency?: number
  sources: Source<KubeObject>[]
  /** Brings the world to the wish for one key. A number asks for another look after so many milliseconds; throwing
   *  retries with back-off. */
  reconcile: (key: string) => Promise<number | undefined | void>
  /** Receives the queue, for keys that come from elsewhere than the sources. */
  onQueue?: (queue: WorkQueue) => void
}

/** Resolves when `signal` has aborted and the keys in hand are done. */
export async function runController(options: ControllerOptions): Promise<void> {
  const queue = new WorkQueue({ clock: options.clock })
  const logger = options.logger.child({ controller: options.name })
  options.onQueue?.(queue)
  const undo = options.sources.map(({ informer, keys }) =>
    informer.onChange((event) => {
      for (const key of keys(event.object)) queue.add(key)
      if (event.old !== undefined) for (const key of keys(event.old)) queue.add(key)
    }),
  )
  await queue.run({
    signal: options.signal,
    concurrency: options.concurrency ?? 1,
    handle: options.reconcile,
    onError: (key, error) => {
      // A conflict says that the cache is behind; the retry after the next event is the remedy, not news.
      const level = isApiError(error, 'Conflict') ? 'debug' : 'warn'
      logger[level]({ key, error: errorMessage(error) }, 'reconcile failed, will retry')
    },
  })
  for (const cancel of undo) cancel()
}
