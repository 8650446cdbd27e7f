/** Removes images that no container uses: the longest unused ones when the disk they are on fills up, and all that were
 *  unused for a day. Source: Kubernetes v1.34, pkg/kubelet/images/image_gc_manager.go (imageGCHighThresholdPercent,
 *  imageGCLowThresholdPercent, imageMinimumGCAge; of imageMaximumGCAge, off by default there, we have a day: every
 *  deployment of an app leaves an image). */
import { type Clock, errorMessage, type Logger } from '../lib/index.ts'
import type { ContainerRuntime, Image } from './runtime/runtime.ts'
import type { FilesystemUsage } from './stats/machine-usage.ts'

export interface ImageCollectionOptions {
  runtime: Pick<ContainerRuntime, 'listImages' | 'listContainers' | 'containerStatus' | 'removeImage'>
  clock: Clock
  logger: Logger
  /** Of the disk that has the images. */
  filesystem: () => Promise<FilesystemUsage>
  /** Tells of the node in an event. */
  warn: (reason: string, message: string) => void
}

const INTERVAL_MS = 5 * 60_000
export const HIGH_PERCENT = 85
export const LOW_PERCENT = 80
/** What was just pulled is about to be used. */
export const MIN_AGE_MS = 2 * 60_000
/** Kept so long after their last use, so that a rollback needs no pull. */
export const MAX_UNUSED_MS = 24 * 3_600_000
/** What sandboxes run from is in use wherever there is a pod. */
const PINNED = /^naru\.dev\//

interface Seen {
  firstSeenMs: number
  /** When it was last seen in use; when it was first seen, if it never was. */
  lastUsedMs: number
}

export class ImageCollector {
  readonly #options: ImageCollectionOptions
  readonly #seen = new Map<string, Seen>()
  #looked = false

  constructor(options: ImageCollectionOptions) {
    this.#options = options
  }

  /** Resolves to the images that were removed. */
  async collect(): Promise<string[]> {
    const { clock, filesystem, warn } = this.#options
    const unused = await this.#unused()
    const old = unused.filter(({ id }) => clock.now() - (this.#seen.get(id)?.lastUsedMs ?? 0) >= MAX_UNUSED_MS)
    const removed = (await this.#remove(old, Infinity)).removed
    const { availableBytes, capacityBytes } = await filesystem()
    const usedPercent = 100 - Math.trunc((Math.min(availableBytes, capacityBytes) * 100) / capacityBytes)
    if (capacityBytes === 0 || usedPercent < HIGH_PERCENT) return removed
    const wanted = Math.trunc((capacityBytes * (100 - LOW_PERCENT)) / 100) - availableBytes
    const left = unused.filter(({ id }) => !removed.includes(id))
    const freed = await this.#remove(this.#oldEnough(left), wanted)
    if (freed.bytes < wanted)
      warn(
        'FreeDiskSpaceFailed',
        `Failed to garbage collect required amount of images. Attempted to free ${wanted} bytes, but only found ${freed.bytes} bytes eligible to free.`,
      )
    return [...removed, ...freed.removed]
  }

  /** Whatever is not in use: the disk is nearly full. */
  async removeUnused(): Promise<string[]> {
    return (await this.#remove(this.#oldEnough(await this.#unused()), Infinity)).removed
  }

  #oldEnough(images: readonly Image[]): Image[] {
    const nowMs = this.#options.clock.now()
    return images.filter(({ id }) => nowMs - (this.#seen.get(id)?.firstSeenMs ?? nowMs) >= MIN_AGE_MS)
  }

  /** The longest unused first. */
  async #unused(): Promise<Image[]> {
    const { runtime, clock } = this.#options
    const [images, containers] = await Promise.all([runtime.listImages(), runtime.listContainers()])
    const statuses = await Promise.all(containers.map(({ id }) => runtime.containerStatus(id)))
    const used = new Set(
      statuses.flatMap((status) => (status === undefined ? [] : [status.imageName, status.imageRef])),
    )
    const nowMs = clock.now()
    const there = new Set(images.map(({ id }) => id))
    for (const id of this.#seen.keys()) if (!there.has(id)) this.#seen.delete(id)
    const unused: Image[] = []
    for (const image of images) {
      const names = [image.id, ...image.repoTags, ...image.repoDigests]
      const inUse = names.some((name) => used.has(name) || PINNED.test(name))
      // What was here before us is not new.
      const firstSeenMs = this.#seen.get(image.id)?.firstSeenMs ?? (this.#looked ? nowMs : nowMs - MIN_AGE_MS)
      const lastUsedMs = inUse ? nowMs : (this.#seen.get(image.id)?.lastUsedMs ?? nowMs)
      this.#seen.set(image.id, { firstSeenMs, lastUsedMs })
      if (!inUse) unused.push(image)
    }
    this.#looked = true
    const seen = (image: Image) => this.#seen.get(image.id) ?? { lastUsedMs: 0, firstSeenMs: 0 }
    return unused.toSorted(
      (a, b) => seen(a).lastUsedMs - seen(b).lastUsedMs || seen(a).firstSeenMs - seen(b).firstSeenMs,
    )
  }

  /** In their order, until so many bytes are free. One that cannot be removed is passed over. */
  async #remove(images: readonly Image[], bytesWanted: number): Promise<{ removed: string[]; bytes: number }> {
    const { runtime, logger } = this.#options
    const removed: string[] = []
    let bytes = 0
    for (const { id, sizeBytes } of images) {
      if (bytes >= bytesWanted) break
      try {
        await runtime.removeImage(id)
      } catch (error) {
        logger.debug({ image: id, error: errorMessage(error) }, 'an image cannot be removed')
        continue
      }
      this.#seen.delete(id)
      removed.push(id)
      bytes += sizeBytes
      logger.info({ image: id }, 'unused image removed')
    }
    return { removed, bytes }
  }

  /** Resolves when `signal` has aborted. */
  async run({ signal }: { signal: AbortSignal }): Promise<void> {
    const { clock, logger } = this.#options
    while (!signal.aborted) {
      await clock.sleep(INTERVAL_MS, signal)
      if (signal.aborted) return
      await this.collect().catch((error: unknown) =>
        logger.debug({ error: errorMessage(error) }, 'images cannot be collected'),
      )
    }
  }
}
