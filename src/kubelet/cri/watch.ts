/** When to list a runtime behind CRI: it tells of ends by containerd's events, and may lose them. */
import type { Clock } from '../../lib/index.ts'
import { RELIST_INTERVAL_MS } from '../runtime/runtime.ts'
import type { CriConnection } from './connection.ts'

export interface WatchTasksOptions {
  subscribe: CriConnection['subscribe']
  clock: Clock
  signal: AbortSignal
  /** Asks for a list. */
  changed: () => void
}

/** After an event, the runtime's own records follow a moment later: look again. */
const SECOND_LOOK_MS = 100
/** How long they may lag on a busy machine: CRI first removes the task, which has taken half a second, then says that the
 *  container ended. What ended just before a stream began is not told of at all. */
const SETTLING_MS = 2_000
const RESUBSCRIBE_MS = 1_000
/** Between two lists while there is a stream and nothing happens: events may be lost, but seldom are. */
const QUIET_RELIST_MS = 5_000

/** Resolves when `signal` aborts. */
export async function watchTasks({ subscribe, clock, signal, changed }: WatchTasksOptions): Promise<void> {
  let listens = false
  let heardAtMs = clock.now()
  let listedAtMs = clock.now()
  const listLater = async () => {
    while (!signal.aborted) {
      await clock.sleep(RELIST_INTERVAL_MS, signal)
      const now = clock.now()
      const isQuiet = listens && now - heardAtMs > SETTLING_MS
      if (signal.aborted || (isQuiet && now - listedAtMs < QUIET_RELIST_MS)) continue
      listedAtMs = now
      changed()
    }
  }
  const listen = async () => {
    while (!signal.aborted) {
      listens = true
      heardAtMs = clock.now()
      await subscribe(() => {
        heardAtMs = clock.now()
        changed()
        void clock.sleep(SECOND_LOOK_MS, signal).then(() => !signal.aborted && changed())
      }, signal)
      listens = false
      await clock.sleep(RESUBSCRIBE_MS, signal)
    }
  }
  await Promise.all([listLater(), listen()])
}
