/** Runs the controller of Resources. */
import { type Client, runController } from '../client/index.ts'
import type { Clock, Logger } from '../lib/index.ts'
import { openCaches, type ResourceCaches } from './caches.ts'
import { randomSecret } from './objects/secrets.ts'
import { readProvisioners } from './read-provisioners.ts'
import { reconcileResource } from './reconcile.ts'

const CONCURRENCY = 2

export interface ResourcesOptions {
  client: Client
  clock: Clock
  logger: Logger
  signal: AbortSignal
}

/** Resolves when `signal` has aborted and the Resources in hand are done. An API that does not answer is waited for. */
export async function runResources({ client, clock, logger, signal }: ResourcesOptions): Promise<void> {
  const provisioners = await readProvisioners()
  await using opened = new AsyncDisposableStack()
  let caches: ResourceCaches
  try {
    caches = await openCaches(client, opened, { signal, clock, logger })
  } catch (error) {
    // A start that was aborted before the caches were filled is no failure.
    if (signal.aborted) return
    throw error
  }
  await runController({
    name: 'resource',
    clock,
    logger,
    signal,
    concurrency: CONCURRENCY,
    sources: caches.sources,
    reconcile: (key) => reconcileResource({ client, clock, caches, provisioners, newSecret: randomSecret }, key),
  })
}
