/** Replaces the certificate of a server that runs for longer than it is valid. */
import { type Clock, errorMessage, type Logger } from '../../lib/index.ts'
import type { KeyPair } from '../../certificates/index.ts'

const CHECK_INTERVAL_MS = 12 * 3_600_000

export interface KeepFreshOptions {
  clock: Clock
  logger: Logger
  /** The pair to use now; a new one when the last is near its end. */
  pairNow: () => Promise<KeyPair>
  use: (pair: KeyPair) => void
}

/** Checks twice a day until disposed. */
export function keepCertificateFresh({ clock, logger, pairNow, use }: KeepFreshOptions): AsyncDisposable {
  const stop = new AbortController()
  const run = async () => {
    for (;;) {
      await clock.sleep(CHECK_INTERVAL_MS, stop.signal)
      if (stop.signal.aborted) return
      try {
        use(await pairNow())
      } catch (error) {
        logger.error({ error: errorMessage(error) }, 'the server certificate could not be checked; trying again later')
      }
    }
  }
  const running = run()
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      await running
    },
  }
}
