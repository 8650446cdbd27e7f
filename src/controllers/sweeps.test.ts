import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestCluster, type TestCluster } from '../../test/harness/cluster.ts'
import { apiError, type k8s, resources } from '../api/index.ts'
import { openClient, openInformer } from '../client/index.ts'
import { FakeClock, silentLogger, systemClock, toKubernetesTime } from '../lib/index.ts'
import { EVENT_TTL_MS, expireEvents } from './event-ttl/expire.ts'
import { collectablePods, TERMINATED_POD_THRESHOLD } from './pod-gc/choose.ts'
import { PodCollector } from './pod-gc/collect.ts'
import { runControllers } from './run-controllers.ts'
import { podOf } from './testing/objects.ts'

describe('which pods are collected', () => {
  it.each([
    { why: 'one on a node that is gone', pod: podOf({ name: 'a', node: 'gone' }), expected: 'orphaned' },
    {
      why: 'one that ends without ever having had a node',
      pod: podOf({ name: 'a', node: '', isDeleting: true }),
      expected: 'terminating-unscheduled',
    },
    { why: 'not one that runs', pod: podOf({ name: 'a' }), expected: undefined },
    {
      why: 'not one that has ended, below the threshold',
      pod: podOf({ name: 'a', phase: 'Succeeded' }),
      expected: undefined,
    },
  ])('$why', ({ pod, expected }) => {
    expect(collectablePods([pod], new Set(['gone']))[0]?.why).toBe(expected)
  })
  it('the oldest of too many that have ended', () => {
    const ended = podOf({ name: 'new', phase: 'Failed', created: '2026-01-01T00:00:00Z' })
    const oldest = podOf({ name: 'old', phase: 'Failed', created: '2025-01-01T00:00:00Z' })
    const pods = [...Array<k8s.Pod>(TERMINATED_POD_THRESHOLD).fill(ended), oldest]
    expect(collectablePods(pods, new Set()).map(({ pod }) => pod.metadata.name)).toEqual(['old'])
  })
})

describe('sweeps over a real API server', () => {
  let cluster: TestCluster
  beforeEach(async () => {
    cluster = await openTestCluster()
  })
  afterEach(() => cluster[Symbol.asyncDispose]())

  it('pods of a vanished node go, after the node has been missing for a while', async () => {
    const { client } = cluster
    const clock = new FakeClock(Date.now())
    const { uid: _, creationTimestamp: __, ...metadata } = podOf({ name: 'lost' }).metadata
    await client.create(resources.pods, {
      metadata,
      spec: { nodeName: 'gone', containers: [{ name: 'web', image: 'web:1' }] },
    })
    await using pods = await openInformer(client, resources.pods)
    await using nodes = await openInformer(client, resources.nodes)
    const collector = new PodCollector({ client, clock, pods, nodes })
    await collector.collect()
    expect((await client.list(resources.pods)).items).toHaveLength(1)
    await clock.advance(40_000)
    // Marked as failed first; the cache must have seen that before it can be deleted.
    await expect
      .poll(
        async () => {
          await collector.collect()
          return (await client.list(resources.pods)).items.length
        },
        { timeout: 10_000, interval: 5 },
      )
      .toBe(0)
  })

  it('events go when they were last seen more than an hour ago', async () => {
    const { client } = cluster
    const nowMs = Date.now() + 2 * EVENT_TTL_MS
    const event = (name: string, ageMs: number): k8s.Event => ({
      metadata: { name, namespace: 'default' },
      involvedObject: { kind: 'Pod', namespace: 'default', name: 'web' },
      type: 'Normal',
      reason: 'Testing',
      lastTimestamp: toKubernetesTime(nowMs - ageMs),
    })
    await client.create(resources.events, event('old', EVENT_TTL_MS + 5_000))
    await client.create(resources.events, event('recent', EVENT_TTL_MS - 60_000))
    expect(await expireEvents(client, nowMs)).toBe(1)
    expect(
      (await client.list(resources.events, { namespace: 'default' })).items.map(({ metadata }) => metadata.name),
    ).toEqual(['recent'])
  })
})

it('controllers stop when told to, though the API never answered', async () => {
  const stop = new AbortController()
  let asked = 0
  const client = openClient(() => {
    if (++asked === 5) setImmediate(() => stop.abort())
    return Promise.reject(apiError('ServiceUnavailable', 'down'))
  })
  await runControllers({ client, clock: systemClock, logger: silentLogger, signal: stop.signal, caPem: '' })
  expect(asked).toBeGreaterThanOrEqual(5)
})
