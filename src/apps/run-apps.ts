/** Runs the App controller. */
import { type Client, runController } from '../client/index.ts'
import { type Clock, errorMessage, type Logger } from '../lib/index.ts'
import { type AppCaches, openCaches } from './caches.ts'
import { ensureGateway, type GatewayOptions } from './gateway.ts'
import { reconcileApp } from './reconcile.ts'

const CONCURRENCY = 4
const RETRY_MS = 1_000

export interface AppsOptions {
  client: Client
  clock: Clock
  logger: Logger
  signal: AbortSignal
  /** How users reach the gateway; the apps' URLs are made from it. */
  gateway: GatewayOptions
}

/** Resolves when `signal` has aborted and the apps in hand are done. An API that does not answer is waited for. */
export async function runApps({ client, clock, logger, signal, gateway }: AppsOptions): Promise<void> {
  await untilDone(() => ensureGateway(client, gateway), { clock, logger, signal })
  await using opened = new AsyncDisposableStack()
  let caches: AppCaches
  try {
    caches = await openCaches(client, opened, { signal, clock, logger })
  } catch (error) {
    // A start that was aborted before the caches were filled is no failure.
    if (signal.aborted) return
    throw error
  }
  await runController({
    name: 'app',
    clock,
    logger,
    signal,
    concurrency: CONCURRENCY,
    sources: caches.sources,
    reconcile: (key) => reconcileApp({ client, clock, gateway, caches }, key),
  })
}

/** Tries again every second. */
async function untilDone(
  work: () => Promise<void>,
  { clock, logger, signal }: Pick<AppsOptions, 'clock' | 'logger' | 'signal'>,
): Promise<void> {
  while (!signal.aborted)
    try {
      return await work()
    } catch (error) {
      logger.warn({ controller: 'app', error: errorMessage(error) }, 'the Gateway could not be written, will retry')
      await clock.sleep(RETRY_MS, signal)
    }
}
