import { expect, it } from 'vitest'
import type { k8s } from '../../api/index.ts'
import { graceOf, shutdownGroups } from './groups.ts'

const pod = (name: string, spec: Partial<k8s.PodSpec> = {}): k8s.Pod => ({
  metadata: { name },
  spec: { containers: [], ...spec },
})
const summary = (pods: k8s.Pod[], graceMs: number) =>
  shutdownGroups(pods, graceMs).map((group) => [group.graceMs, ...group.pods.map(({ metadata }) => metadata.name)])
const dns = pod('dns', { priority: 2_000_000_000 })
const agent = pod('agent', { priority: 2_000_001_000 })
const app = pod('app', { priority: 1_000_000_000 })
const job = pod('job', { priority: -5 })

it.each<[string, k8s.Pod[], number, (string | number)[][]]>([
  [
    'critical pods end after all others',
    [dns, app, agent, job],
    40_000,
    [
      [30_000, 'app', 'job'],
      [10_000, 'dns', 'agent'],
    ],
  ],
  [
    'critical pods have ten seconds at most',
    [dns, app],
    600_000,
    [
      [590_000, 'app'],
      [10_000, 'dns'],
    ],
  ],
  [
    'of little time each has its share',
    [dns, app],
    8_000,
    [
      [6_000, 'app'],
      [2_000, 'dns'],
    ],
  ],
  ['a group without pods is not waited for', [app], 40_000, [[30_000, 'app']]],
  ['no time is no time for anybody', [app], 0, [[0, 'app']]],
  ['without pods there is nothing to do', [], 40_000, []],
])('%s', (_, pods, graceMs, expected) => {
  expect(summary(pods, graceMs)).toEqual(expected)
})

it('gives a pod its own grace period, and no more than the group has', () => {
  expect(graceOf(pod('p'), 60_000)).toBe(30_000)
  expect(graceOf(pod('p', { terminationGracePeriodSeconds: 5 }), 60_000)).toBe(5_000)
  expect(graceOf(pod('p', { terminationGracePeriodSeconds: 600 }), 60_000)).toBe(60_000)
})
