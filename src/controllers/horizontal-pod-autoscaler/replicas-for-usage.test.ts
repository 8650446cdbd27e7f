import { describe, expect, it } from 'vitest'
import type { k8s } from '../../api/index.ts'
import { podOf } from '../testing/objects.ts'
import { goDurationMs, type PodMetricsInfo, podMetricsInfo } from './pod-metrics.ts'
import {
  replicasForTotal,
  replicasForTotalPerPod,
  replicasForUsage,
  replicasForUtilization,
} from './replicas-for-usage.ts'

const NOW = 1_700_000_000_000
const TOLERANCES = { scaleUp: 0.1, scaleDown: 0.1 }
const iso = (ms: number) => new Date(ms).toISOString().replace('.000', '')

/** Long ready, unless said otherwise. */
function podNamed(name: string, request: string | undefined, status: Partial<k8s.PodStatus> = {}): k8s.Pod {
  const pod = podOf({ name })
  const resources = request === undefined ? {} : { requests: { cpu: request, memory: request } }
  return {
    ...pod,
    spec: { ...pod.spec, containers: [{ name: 'web', image: 'web', resources }] },
    status: {
      phase: 'Running',
      startTime: iso(NOW - 3_600_000),
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: iso(NOW - 3_500_000) }],
      ...status,
    },
  }
}

const metricsOf = (values: Record<string, number>): PodMetricsInfo =>
  new Map(Object.entries(values).map(([pod, value]) => [pod, { value, timestampMs: NOW, windowMs: 10_000 }]))

const unready = { conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: iso(NOW - 3_600_000) }] }

describe('how many pods a utilization asks for', () => {
  const many = (count: number, request = '1') => Array.from({ length: count }, (_, i) => podNamed(`p${i}`, request))
  it.each<{
    why: string
    pods: k8s.Pod[]
    used: number[]
    target: number
    current: number
    replicas: number
    percent: number
  }>([
    { why: 'more', pods: many(3), used: [300, 500, 700], target: 30, current: 3, replicas: 5, percent: 50 },
    { why: 'fewer', pods: many(5), used: [100, 300, 500, 250, 250], target: 50, current: 5, replicas: 3, percent: 28 },
    {
      why: 'as they are within a tenth',
      pods: many(3),
      used: [1010, 1030, 1020],
      target: 100,
      current: 3,
      replicas: 3,
      percent: 102,
    },
    {
      why: 'unready ones of a scale-up count as idle',
      pods: [podNamed('p0', '1', unready), podNamed('p1', '1'), podNamed('p2', '1')],
      used: [100, 500, 700],
      target: 30,
      current: 3,
      replicas: 4,
      percent: 60,
    },
    {
      why: 'pending ones too, and then nothing changes',
      pods: [podNamed('p0', '1'), podNamed('p1', '1', { phase: 'Pending' }), podNamed('p2', '1', { phase: 'Pending' })],
      used: [400],
      target: 30,
      current: 3,
      replicas: 3,
      percent: 40,
    },
    {
      why: 'failed ones do not count',
      pods: [...many(2), podNamed('p2', '1', { phase: 'Failed' })],
      used: [500, 700],
      target: 50,
      current: 2,
      replicas: 3,
      percent: 60,
    },
    {
      why: 'missing ones of a scale-down count as busy',
      pods: many(4),
      used: [100, 100, 100],
      target: 50,
      current: 4,
      replicas: 3,
      percent: 10,
    },
    {
      why: 'missing ones of a scale-up count as idle',
      pods: many(4),
      used: [1000, 1000],
      target: 40,
      current: 4,
      replicas: 5,
      percent: 100,
    },
  ])('$why', ({ pods, used, target, current, replicas, percent }) => {
    const proposal = replicasForUtilization({
      pods,
      metrics: metricsOf(Object.fromEntries(used.map((value, i) => [`p${i}`, value]))),
      currentReplicas: current,
      targetUtilization: target,
      tolerances: TOLERANCES,
      resource: 'cpu',
      container: undefined,
      isCpu: true,
      nowMs: NOW,
    })
    expect([proposal.replicas, proposal.utilization]).toEqual([replicas, percent])
  })

  it.each([
    ['no pods', [], {}, 'no pods returned by selector while calculating replica count'],
    ['no request', [podNamed('p0', undefined)], { p0: 1 }, 'missing request for cpu in container web of Pod p0'],
    [
      'only unready pods',
      [podNamed('p0', '1', unready)],
      { p0: 1 },
      'did not receive metrics for targeted pods (pods might be unready)',
    ],
  ])('%s: none', (_, pods, used, message) => {
    const input = { pods, metrics: metricsOf(used), currentReplicas: 1, targetUtilization: 50, tolerances: TOLERANCES }
    expect(() =>
      replicasForUtilization({ ...input, resource: 'cpu', container: undefined, isCpu: true, nowMs: NOW }),
    ).toThrow(message)
  })

  it('a pod that started lately counts when a whole window was measured since it became ready', () => {
    const since = (ms: number) => ({
      startTime: iso(NOW - 60_000),
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: iso(NOW - ms) }],
    })
    const count = (ms: number) =>
      replicasForUsage({
        pods: [podNamed('p0', '1'), podNamed('p1', '1', since(ms))],
        metrics: metricsOf({ p0: 1000, p1: 1000 }),
        currentReplicas: 2,
        targetUsage: 500,
        tolerances: TOLERANCES,
        isCpu: true,
        nowMs: NOW,
      }).replicas
    expect([count(30_000), count(5_000)]).toEqual([4, 2])
  })

  it('one container alone is looked at', () => {
    const items = [
      {
        metadata: { name: 'p0' },
        timestamp: iso(NOW),
        window: '10s',
        containers: [
          { name: 'web', usage: { cpu: '500m', memory: '1Ki' } },
          { name: 'side', usage: { cpu: '200m', memory: '1Ki' } },
        ],
      },
      {
        metadata: { name: 'p1' },
        timestamp: iso(NOW),
        window: '10s',
        containers: [{ name: 'side', usage: { cpu: '1' } }],
      },
    ]
    expect(podMetricsInfo(items, 'cpu', undefined).get('p0')?.value).toBe(700)
    expect([...podMetricsInfo(items, 'cpu', 'web')]).toEqual([
      ['p0', { value: 500, timestampMs: NOW, windowMs: 10_000 }],
    ])
    expect([...podMetricsInfo(items, 'memory', undefined).keys()]).toEqual(['p0'])
    expect([goDurationMs('1m30.5s'), goDurationMs('10s')]).toEqual([90_500, 10_000])
  })

  it('numbers about the whole', () => {
    const pods = many(3)
    const total = { tolerances: TOLERANCES, target: 10_000 }
    expect(replicasForTotal({ ...total, pods, currentReplicas: 3, usage: 30_000 }).replicas).toBe(9)
    expect(replicasForTotal({ ...total, pods, currentReplicas: 0, usage: 5_000 }).replicas).toBe(1)
    expect(replicasForTotalPerPod({ ...total, statusReplicas: 3, usage: 50_000 })).toEqual({
      replicas: 5,
      usage: 16_667,
    })
    expect(replicasForTotalPerPod({ ...total, statusReplicas: 3, usage: 31_000 }).replicas).toBe(3)
  })
})
