/** A short part of `npm run soak`. */
import { afterAll, beforeAll, describe, it } from 'vitest'
import { openNode, type TestNode, untilClean } from './harness/node.ts'
import { endPods, startPods } from './harness/pod-waves.ts'

describe('a node', () => {
  let node: TestNode

  beforeAll(async () => {
    node = await openNode('pause')
  })
  afterAll(async () => node?.[Symbol.asyncDispose]())

  it('runs 110 pods at once, and nothing is left of them', async () => {
    await startPods(node.client, 110)
    await untilClean(node)
    await endPods(node.client)
    await untilClean(node)
  }, 300_000)

  it('starts and stops 100 pods, 25 at a time, and nothing is left of them', {
    tags: ['long'],
    timeout: 300_000,
  }, async () => {
    for (let wave = 0; wave < 4; wave += 1) {
      await startPods(node.client, 25)
      await endPods(node.client)
    }
    await untilClean(node)
  })
})
