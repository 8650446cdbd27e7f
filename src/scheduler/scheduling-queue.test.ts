import { expect, test } from 'vitest'
import { nodeAffinity } from './plugins/node-affinity.ts'
import { nodePorts } from './plugins/node-ports.ts'
import { SchedulingQueue } from './scheduling-queue.ts'
import { makeNode, makePod } from './testing.ts'

const names = (queue: SchedulingQueue, now: number): string[] => {
  const popped: string[] = []
  for (let pod = queue.pop(now); pod !== undefined; pod = queue.pop(now)) popped.push(pod.metadata.name)
  return popped
}

test('gives the highest priority first, then who came first', () => {
  const queue = new SchedulingQueue()
  for (const [name, priority] of [
    ['a', 0],
    ['b', 5],
    ['c', 0],
    ['d', 5],
  ] as const)
    queue.put(makePod(name, { spec: { priority } }), 0)
  expect(names(queue, 0)).toEqual(['b', 'd', 'a', 'c'])
})

test('a rejected pod waits for an event that could help it, and for its back-off', () => {
  const queue = new SchedulingQueue()
  queue.put(makePod('a'), 0)
  const pod = queue.pop(0) ?? makePod('none')
  queue.reject(pod, [nodePorts], 0)
  queue.wake('PodAdded')
  expect(queue.nextReadyAt()).toBe(300_000)
  queue.put(makePod('b'), 0)
  queue.wake('PodRemoved')
  // While there is other work the back-off is kept; then it is left out.
  expect(queue.pop(500)?.metadata.name).toBe('b')
  expect(names(queue, 500)).toEqual(['a'])
})

test('a pod waits its back-off behind others that are ready', () => {
  const queue = new SchedulingQueue()
  queue.put(makePod('important', { spec: { priority: 9 } }), 0)
  queue.reject(queue.pop(0) ?? makePod('none'), [nodePorts], 0)
  queue.wake('PodRemoved')
  queue.put(makePod('b'), 0)
  expect(names(queue, 999)).toEqual(['b', 'important'])
})

test('a changed node wakes those whom it would take if it were empty', () => {
  const queue = new SchedulingQueue()
  queue.put(makePod('a', { spec: { nodeSelector: { disk: 'ssd' } } }), 0)
  queue.reject(queue.pop(0) ?? makePod('none'), [nodeAffinity], 0)
  queue.wake('NodeChanged', makeNode('n', { labels: { disk: 'hdd' } }))
  expect(names(queue, 0)).toEqual([])
  queue.wake('NodeChanged', makeNode('n', { labels: { disk: 'ssd' } }))
  expect(names(queue, 0)).toEqual(['a'])
})

test('a pod for which room is being made is not tried before that is done', () => {
  const queue = new SchedulingQueue()
  queue.put(makePod('a'), 0)
  queue.reject(queue.pop(0) ?? makePod('none'), [nodePorts], 0)
  queue.hold('uid-a')
  queue.wake('PodRemoved')
  expect(queue.nextReadyAt()).toBeUndefined()
  expect(names(queue, 400_000)).toEqual([])
  queue.unhold('uid-a', { failed: false })
  expect(names(queue, 0)).toEqual(['a'])
})

test('a pod for which no room could be made is tried again after its back-off', () => {
  const queue = new SchedulingQueue()
  queue.put(makePod('a'), 0)
  queue.reject(queue.pop(0) ?? makePod('none'), [nodePorts], 0)
  queue.hold('uid-a')
  queue.unhold('uid-a', { failed: true })
  expect(names(queue, 999)).toEqual([])
  expect(names(queue, 1_000)).toEqual(['a'])
})

test('the back-off doubles up to ten seconds', () => {
  const queue = new SchedulingQueue()
  queue.put(makePod('a'), 0)
  const delays: number[] = []
  for (let attempt = 0, now = 0; attempt < 6; attempt++) {
    const pod = queue.pop(now) ?? makePod('none')
    queue.retry(pod, now)
    const next = queue.nextReadyAt() ?? 0
    delays.push(next - now)
    now = next
  }
  expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 10_000, 10_000])
})

test('a rejected pod is tried again after five minutes of silence', () => {
  const queue = new SchedulingQueue()
  queue.put(makePod('a'), 0)
  queue.reject(queue.pop(0) ?? makePod('none'), [], 0)
  expect(names(queue, 299_999)).toEqual([])
  expect(names(queue, 300_000)).toEqual(['a'])
})

test('a rejected pod whose labels changed is tried again', () => {
  const queue = new SchedulingQueue()
  queue.put(makePod('a'), 0)
  queue.reject(queue.pop(0) ?? makePod('none'), [], 0)
  queue.put(makePod('a'), 0)
  expect(names(queue, 1_000)).toEqual([])
  queue.put(makePod('a', { labels: { app: 'web' } }), 0)
  expect(names(queue, 1_000)).toEqual(['a'])
})

test('forgets a pod that is gone, wherever it waits', () => {
  const queue = new SchedulingQueue()
  queue.put(makePod('a'), 0)
  queue.put(makePod('b'), 0)
  queue.reject(queue.pop(0) ?? makePod('none'), [], 0)
  queue.remove('uid-a')
  queue.remove('uid-b')
  expect(queue.nextReadyAt()).toBeUndefined()
})
