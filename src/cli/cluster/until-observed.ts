/** Waits until the App's controller has dealt with a change, whatever becomes of its releases. */
import { type App, apps } from '../../api/index.ts'
import type { CommandContext } from '../context.ts'
import type { Cluster } from './open-cluster.ts'

const LOOK_AGAIN_MS = 50
const PATIENCE_MS = 15_000

/** The App as it is then. Says so, and goes on, when it takes too long. */
export async function untilObserved(
  { t, console, clock, signal }: CommandContext,
  { client }: Cluster,
  { metadata }: App,
): Promise<App> {
  const { name, generation = 0 } = metadata
  const untilMs = clock.now() + PATIENCE_MS
  for (;;) {
    const app = await client.get(apps, metadata, { signal })
    if ((app.status?.observedGeneration ?? 0) >= generation) return app
    if (clock.now() >= untilMs) {
      console.note(t('change.pending', { name }))
      return app
    }
    await clock.sleep(LOOK_AGAIN_MS, signal)
  }
}
