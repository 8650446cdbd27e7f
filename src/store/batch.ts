/** The writes of one transaction, each on top of those before it. */
import type { Entry, StoreEvent } from './store.ts'
import { applyWrite, type Write } from './write.ts'

export interface PendingWrite {
  readonly write: Write
  readonly resolve: (entry: Entry) => void
  readonly reject: (error: unknown) => void
}

export interface BatchState {
  /** The last revision before the batch. */
  readonly revision: number
  /** The state of a key before the batch. */
  current(key: string): Entry | undefined
  append(event: StoreEvent): void
}

export interface BatchOutcome {
  readonly events: readonly StoreEvent[]
  /** The keys that were changed, as they are now. */
  readonly changed: ReadonlyMap<string, Entry | undefined>
  /** The same keys, as they were. */
  readonly before: ReadonlyMap<string, Entry | undefined>
  /** Tells all writers what became of their writes. */
  settle(): void
}

/** A write that is refused changes nothing and leaves the others alone. What `append` throws ends the batch. */
export function applyBatch(batch: readonly PendingWrite[], state: BatchState): BatchOutcome {
  const settlements: (() => void)[] = []
  const events: StoreEvent[] = []
  const changed = new Map<string, Entry | undefined>()
  const before = new Map<string, Entry | undefined>()
  for (const { write, resolve, reject } of batch) {
    const { key } = write
    const current = changed.has(key) ? changed.get(key) : state.current(key)
    const outcome = outcomeOf(write, current, state.revision + events.length + 1)
    if ('error' in outcome) {
      settlements.push(() => reject(outcome.error))
      continue
    }
    const { event } = outcome
    state.append(event)
    if (!before.has(key)) before.set(key, current)
    changed.set(key, event.type === 'delete' ? undefined : event.entry)
    events.push(event)
    settlements.push(() => resolve(event.entry))
  }
  return {
    events,
    changed,
    before,
    settle: () => {
      for (const settle of settlements) settle()
    },
  }
}

function outcomeOf(
  write: Write,
  current: Entry | undefined,
  revision: number,
): { event: StoreEvent } | { error: unknown } {
  try {
    return { event: applyWrite(write, current, revision) }
  } catch (error) {
    return { error }
  }
}
