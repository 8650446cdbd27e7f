import { beforeEach, describe, expect, it } from 'vitest'
import { FakeClock, silentLogger } from '../lib/index.ts'
import { ImageCollector } from './images-collection.ts'
import type { Image } from './runtime/runtime.ts'

const MINUTE = 60_000

describe('images that nobody uses', () => {
  let clock: FakeClock
  let images: Image[]
  let used: string[]
  let availableBytes: number
  let warnings: string[]
  let collector: ImageCollector

  const image = (id: string, sizeBytes = 10): Image => ({ id, repoTags: [`${id}:1`], repoDigests: [], sizeBytes })
  beforeEach(() => {
    clock = new FakeClock()
    images = [image('a'), image('b'), image('c')]
    used = []
    availableBytes = 50
    warnings = []
    const usage = { usedBytes: 0, inodes: 0, inodesFree: 0 }
    collector = new ImageCollector({
      runtime: {
        listImages: async () => [...images],
        listContainers: async () => used.map((id) => ({ id })) as never,
        containerStatus: async (id) => ({ imageName: `${id}:1`, imageRef: '' }) as never,
        removeImage: async (id) => {
          images = images.filter((one) => one.id !== id)
        },
      },
      clock,
      logger: silentLogger,
      filesystem: async () => ({ capacityBytes: 100, availableBytes, ...usage }),
      warn: (reason, message) => warnings.push(`${reason}: ${message}`),
    })
  })

  it('stay while there is room, for a day', async () => {
    used = ['b']
    expect(await collector.collect()).toEqual([])
    await clock.advance(24 * 60 * MINUTE)
    expect(await collector.collect()).toEqual(['a', 'c'])
  })

  it('go in the order of their last use when the disk is full, until it is not', async () => {
    used = ['a']
    await collector.collect()
    await clock.advance(MINUTE)
    await collector.collect()
    used = []
    availableBytes = 5
    expect(await collector.collect()).toEqual(['b', 'c'])
    expect(warnings).toEqual([])
  })

  it('are kept when they are new, and it is said that there is nothing to free', async () => {
    await collector.collect()
    used = ['a', 'b', 'c']
    images.push(image('d'))
    availableBytes = 15
    expect(await collector.collect()).toEqual([])
    expect(warnings).toEqual([
      'FreeDiskSpaceFailed: Failed to garbage collect required amount of images. Attempted to free 5 bytes, but only found 0 bytes eligible to free.',
    ])
    await clock.advance(2 * MINUTE)
    expect(await collector.collect()).toEqual(['d'])
  })

  it('go all at once when pods would have to go else', async () => {
    used = ['b']
    expect(await collector.removeUnused()).toEqual(['a', 'c'])
  })
})
