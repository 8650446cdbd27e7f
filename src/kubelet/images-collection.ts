/** Removes images no container uses, once they have been unused for a while and are not among the newest few. */
import { type Clock, errorMessage, type Logger } from '../lib/index.ts'
import type { ContainerRuntime } from './runtime/runtime.ts'

export interface ImageCollectionOptions {
  runtime: ContainerRuntime
  clock: Clock
  logger: Logger
}

const INTERVAL_MS = 5 * 60_000
/** Kept so long after their last use, so that a rollback needs no pull. */
const UNUSED_MS = 24 * 3_600_000
/** What sandboxes run from is in use wherever there is a pod. */
const PINNED = /^naru\.dev\//

/** `unusedSince` is carried from call to call: image id → when it was first seen unused. */
export async function collectImages(
  { runtime, clock }: ImageCollectionOptions,
  unusedSince: Map<string, number>,
): Promise<string[]> {
  const [images, containers] = await Promise.all([runtime.listImages(), runtime.listContainers()])
  const statuses = await Promise.all(containers.map(({ id }) => runtime.containerStatus(id)))
  const used = new Set(statuses.flatMap((status) => (status === undefined ? [] : [status.imageName, status.imageRef])))
  const removed: string[] = []
  for (const { id, repoTags, repoDigests } of images) {
    const names = [id, ...repoTags, ...repoDigests]
    if (names.some((name) => used.has(name) || PINNED.test(name))) {
      unusedSince.delete(id)
      continue
    }
    const since = unusedSince.get(id) ?? clock.now()
    unusedSince.set(id, since)
    if (clock.now() - since < UNUSED_MS) continue
    await runtime.removeImage(id)
    unusedSince.delete(id)
    removed.push(id)
  }
  return removed
}

export async function runImageCollection(options: ImageCollectionOptions & { signal: AbortSignal }): Promise<void> {
  const unusedSince = new Map<string, number>()
  while (!options.signal.aborted) {
    await options.clock.sleep(INTERVAL_MS, options.signal)
    if (options.signal.aborted) return
    try {
      for (const image of await collectImages(options, unusedSince))
        options.logger.info({ image }, 'unused image removed')
    } catch (error) {
      options.logger.debug({ error: errorMessage(error) }, 'images cannot be collected')
    }
  }
}
