/** Forgets old revisions as time goes, so that the store does not grow for ever. */
import { type Clock, errorMessage, type Logger } from '../lib/index.ts'
import { isStoreError } from './errors.ts'
import type { Store } from './store.ts'

export interface CompactorOptions {
  readonly store: Store
  readonly clock: Clock
  readonly logger: Logger
  readonly signal: AbortSignal
  /** A revision is kept at least one `everyMs` long, so that lists in pages and watches that reconnect find it.
   *  Default 5 minutes, as kube-apiserver. */
  readonly everyMs?: number
  /** The last so many revisions are kept however old they are. Default none: clients rely on it
   *  that the token of a list expires. */
  readonly keepRevisions?: number
}

/** Compacts, every `everyMs`, to the revision that was current one `everyMs` before. Resolves after `signal` aborts. */
export async function runCompactor(options: CompactorOptions): Promise<void> {
  const { store, clock, logger, signal, everyMs = 5 * 60_000, keepRevisions = 0 } = options
  let before = store.revision
  while (!signal.aborted) {
    await clock.sleep(everyMs, signal)
    if (signal.aborted) return
    const target = Math.min(before, store.revision - keepRevisions)
    before = store.revision
    if (target <= store.compactedRevision) continue
    try {
      await store.compact(target)
      logger.debug({ revision: target }, 'compacted the store')
    } catch (error) {
      if (isStoreError(error, 'closed')) return
      logger.warn({ revision: target, error: errorMessage(error) }, 'could not compact the store; will try again')
    }
  }
}
