/** Keeps one table of the kernel equal to what is wanted of it. */
import { type Clock, errorMessage, type Logger } from '../../lib/index.ts'
import { applyRuleset, listTable } from './nft.ts'
import { stableListing, renderTable, type TableObject, tableTransaction } from './table.ts'

export interface KeepTableOptions {
  tableName: string
  /** What the table is to hold now; nothing: there is no table. */
  wanted: () => readonly TableObject[]
  /** Calls its argument when `wanted` may give something else. */
  onChange: (handler: () => void) => void
  /** Called when the kernel has what was wanted. */
  onApplied?: () => Promise<void> | void
  clock: Clock
  logger: Logger
  signal: AbortSignal
}

/** Changes of one moment (a rollout touches several objects) become one transaction. */
const DEBOUNCE_MS = 20
/** How often the kernel's table is compared with ours, in case somebody flushed it: a program is started for it. */
const RESYNC_MS = 60_000
const FIRST_BACKOFF_MS = 200
const LAST_BACKOFF_MS = 30_000

/** Resolves when `signal` has aborted and the transaction in hand is done; the table stays, so that traffic goes on. */
export async function keepTable(options: KeepTableOptions): Promise<void> {
  const { tableName, clock, logger, signal } = options
  let changed = new AbortController()
  options.onChange(() => changed.abort())
  let applied: { text: string; kernel: string | undefined } | undefined
  let backoffMs = FIRST_BACKOFF_MS

  async function sync(): Promise<void> {
    const objects = options.wanted()
    const text = objects.length === 0 ? '' : renderTable(tableName, objects)
    const isSame = applied?.text === text
    if (isSame && text === '') return
    const present = await listTable(tableName)
    if (isSame && stableListing(present, objects) === applied?.kernel) return
    if (isSame) logger.warn({ table: tableName }, 'nftables table was changed by others, restoring')
    if (text !== '' || present !== undefined) await applyRuleset(tableTransaction(tableName, present, objects))
    applied = { text, kernel: stableListing(await listTable(tableName), objects) }
    await options.onApplied?.()
  }

  while (!signal.aborted) {
    changed = new AbortController()
    let waitMs = RESYNC_MS
    try {
      await sync()
      backoffMs = FIRST_BACKOFF_MS
    } catch (error) {
      logger.error(
        { table: tableName, error: errorMessage(error), retryMs: backoffMs },
        'cannot write the nftables table',
      )
      waitMs = backoffMs
      backoffMs = Math.min(backoffMs * 2, LAST_BACKOFF_MS)
    }
    await clock.sleep(waitMs, AbortSignal.any([signal, changed.signal]))
    if (changed.signal.aborted) await clock.sleep(DEBOUNCE_MS, signal)
  }
}
