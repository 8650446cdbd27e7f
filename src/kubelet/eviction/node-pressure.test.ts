import { beforeEach, describe, expect, it } from 'vitest'
import type { k8s } from '../../api/index.ts'
import { FakeClock, silentLogger } from '../../lib/index.ts'
import { refuseUnderPressure } from './admit.ts'
import { NodePressure, type PodsUsage } from './node-pressure.ts'
import { rankPods } from './rank-pods.ts'
import { type Observations, observationsOf, type Signal, type StarvedResource } from './signals.ts'
import { DEFAULT_THRESHOLDS, thresholdsMet } from './thresholds.ts'

const MIB = 1 << 20
const pod = (name: string, requests: Record<string, string> = {}, spec: Partial<k8s.PodSpec> = {}): k8s.Pod => ({
  metadata: { name, namespace: 'default', uid: name },
  spec: { containers: [{ name: 'main', resources: { requests } }], ...spec },
  status: { phase: 'Running' },
})
const use = (amount: number) => ({ memory: amount, 'ephemeral-storage': amount, inodes: amount, pids: amount })
const plenty: Observations = {
  'memory.available': { available: 1000 * MIB, capacity: 2000 * MIB },
  'nodefs.available': { available: 50, capacity: 100 },
  'nodefs.inodesFree': { available: 50, capacity: 100 },
  'imagefs.available': { available: 50, capacity: 100 },
  'imagefs.inodesFree': { available: 50, capacity: 100 },
  'pid.available': { available: 50, capacity: 100 },
}

describe('what runs short', () => {
  it.each<[string, Observations, Signal[]]>([
    ['nothing', plenty, []],
    [
      'memory below 100 MiB',
      { 'memory.available': { available: 100 * MIB - 1, capacity: 2000 * MIB } },
      ['memory.available'],
    ],
    ['memory at 100 MiB is enough', { 'memory.available': { available: 100 * MIB, capacity: 2000 * MIB } }, []],
    ['a tenth of the disk', { 'nodefs.available': { available: 9, capacity: 100 } }, ['nodefs.available']],
    ['a filesystem that counts no inodes', { 'nodefs.inodesFree': { available: 0, capacity: 0 } }, []],
    [
      'fifteen hundredths of the images’ disk',
      { 'imagefs.available': { available: 14, capacity: 100 } },
      ['imagefs.available'],
    ],
    ['processes have no threshold', { 'pid.available': { available: 0, capacity: 100 } }, []],
  ])('%s', (_, changes, expected) => {
    expect(thresholdsMet(DEFAULT_THRESHOLDS, { ...plenty, ...changes }).map(({ signal }) => signal)).toEqual(expected)
  })

  it('is seen in what the machine uses', () => {
    const filesystem = { capacityBytes: 100, availableBytes: 40, usedBytes: 60, inodes: 10, inodesFree: 4 }
    const observed = observationsOf(
      {
        bootedAtMs: 0,
        cpu: { usageNanos: 0 },
        memory: { usageBytes: 90, workingSetBytes: 70 },
        memoryCapacityBytes: 100,
        swap: { totalBytes: 0, usedBytes: 0 },
        threads: { running: 7, max: 10 },
        interfaces: [],
        filesystem,
      },
      filesystem,
    )
    expect(observed['memory.available']).toEqual({ available: 30, capacity: 100 })
    expect(observed['nodefs.inodesFree']).toEqual({ available: 4, capacity: 10 })
    expect(observed['pid.available']).toEqual({ available: 3, capacity: 10 })
  })
})

describe('who goes first', () => {
  const order = (resource: StarvedResource, ...candidates: [k8s.Pod, number | undefined][]) =>
    rankPods(
      candidates.map(([one, amount]) => ({ pod: one, use: amount === undefined ? undefined : use(amount) })),
      resource,
    ).map(({ pod: { metadata } }) => metadata.name)

  it('who exceeds what was asked for, then the less important, then who exceeds most', () => {
    expect(
      order(
        'memory',
        [pod('within', { memory: '1Gi' }), 100 * MIB],
        [pod('important', { memory: '1Mi' }, { priority: 5 }), 900 * MIB],
        [pod('little', { memory: '100Mi' }), 110 * MIB],
        [pod('much', { memory: '100Mi' }), 200 * MIB],
        [pod('unknown'), undefined],
      ),
    ).toEqual(['unknown', 'much', 'little', 'important', 'within'])
  })

  it('with processes the less important, then who has most', () => {
    expect(order('pids', [pod('a'), 3], [pod('b', {}, { priority: -1 }), 1], [pod('c'), 9])).toEqual(['b', 'c', 'a'])
  })
})

describe('a node under pressure', () => {
  let clock: FakeClock
  let now: Observations
  let afterReclaim: Observations | undefined
  let pods: k8s.Pod[]
  let usage: PodsUsage
  const evicted: [string, string, string][] = []
  const warnings: string[] = []
  let pressure: NodePressure

  beforeEach(() => {
    clock = new FakeClock()
    now = plenty
    afterReclaim = undefined
    evicted.length = 0
    warnings.length = 0
    pods = [pod('a', { memory: '1Mi' }), pod('b')]
    usage = new Map([
      ['a', { pod: use(10 * MIB), containers: new Map([['main', 10 * MIB]]) }],
      ['b', { pod: use(20 * MIB), containers: new Map([['main', 20 * MIB]]) }],
    ])
    pressure = new NodePressure({
      source: {
        observe: async () => now,
        usage: async () => usage,
        reclaim: async () => {
          if (afterReclaim === undefined) return false
          now = afterReclaim
          return true
        },
      },
      clock,
      logger: silentLogger,
      pods: () => pods,
      evict: (one, message, condition) => evicted.push([one.metadata.name, message, condition.reason ?? '']),
      warn: (reason, message) => warnings.push(`${reason}: ${message}`),
      ended: async () => {},
    })
  })
  const shortOfMemory = () => (now = { ...plenty, 'memory.available': { available: 50 * MIB, capacity: 2000 * MIB } })

  it('leaves everybody alone while there is plenty', async () => {
    expect(await pressure.look()).toBeUndefined()
    expect([pressure.conditions(), warnings, evicted]).toEqual([[], [], []])
  })

  it('sends one pod away and says why', async () => {
    shortOfMemory()
    await pressure.look()
    expect(evicted).toEqual([
      [
        'b',
        'The node was low on resource: memory. Threshold quantity: 100Mi, available: 50Mi. Container main was using 20Mi, request is 0, has larger consumption of memory. ',
        'TerminationByKubelet',
      ],
    ])
    expect(warnings).toEqual(['EvictionThresholdMet: Attempting to reclaim memory'])
    expect(pressure.conditions()).toEqual(['MemoryPressure'])
  })

  it('tells what containers use of memory and of the disk, and not of what nobody counts for them', async () => {
    now = { ...plenty, 'nodefs.inodesFree': { available: 1, capacity: 100 } }
    await pressure.look()
    expect(evicted.map(([, message]) => message)).toEqual([
      'The node was low on resource: inodes. Threshold quantity: 5, available: 1. ',
    ])
  })

  it('tells of it for five minutes more', async () => {
    shortOfMemory()
    await pressure.look()
    now = plenty
    await clock.advance(299_000)
    await pressure.look()
    expect(pressure.conditions()).toEqual(['MemoryPressure'])
    await clock.advance(2_000)
    expect(pressure.conditions()).toEqual([])
  })

  it('frees what nobody uses first', async () => {
    now = { ...plenty, 'imagefs.available': { available: 5, capacity: 100 } }
    afterReclaim = plenty
    expect(await pressure.look()).toBeUndefined()
    expect([evicted, pressure.conditions()]).toEqual([[], ['DiskPressure']])
  })

  it('never sends away what the node cannot do without', async () => {
    pods = [pod('a', {}, { priority: 2_000_001_000 })]
    shortOfMemory()
    expect(await pressure.look()).toBeUndefined()
    expect(evicted).toEqual([])
  })

  it('takes no more pods, but for what would not make it worse', () => {
    const refused = { reason: 'Evicted', message: 'The node had condition: [MemoryPressure]. ' }
    const tolerations = [{ key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' }]
    expect(refuseUnderPressure(pod('a'), [])).toBeUndefined()
    expect(refuseUnderPressure(pod('a'), ['MemoryPressure'])).toEqual(refused)
    expect(refuseUnderPressure(pod('a', { memory: '1Mi' }), ['MemoryPressure'])).toBeUndefined()
    expect(refuseUnderPressure(pod('a', {}, { tolerations }), ['MemoryPressure'])).toBeUndefined()
    expect(refuseUnderPressure(pod('a', { memory: '1Mi' }), ['MemoryPressure', 'DiskPressure'])?.message).toBe(
      'The node had condition: [MemoryPressure DiskPressure]. ',
    )
    expect(refuseUnderPressure(pod('a', {}, { priority: 2e9 }), ['DiskPressure'])).toBeUndefined()
  })
})
