import { expect, test } from 'vitest'
import type { k8s } from '../api/index.ts'
import { podNonZeroRequests, podRequests } from './resources.ts'

const container = (cpu: string, more: Partial<k8s.Container> = {}): k8s.Container => ({
  name: 'c',
  resources: { requests: { cpu } },
  ...more,
})
const sidecar = (cpu: string) => container(cpu, { restartPolicy: 'Always' })
const STATUS = { image: 'i', imageID: '', ready: true, restartCount: 0 }
const cpuOf = (spec: k8s.PodSpec) => podRequests({ metadata: { name: 'p' }, spec }).cpu

test.each<[string, k8s.PodSpec, number]>([
  ['containers add up', { containers: [container('100m'), container('1')] }, 1100],
  [
    'the largest init container counts when larger',
    { containers: [container('1')], initContainers: [container('2'), container('3')] },
    3000,
  ],
  ['and does not when smaller', { containers: [container('1')], initContainers: [container('500m')] }, 1000],
  ['sidecars run beside containers', { containers: [container('1')], initContainers: [sidecar('1')] }, 2000],
  [
    'sidecars run beside the init containers after them',
    { containers: [container('1')], initContainers: [sidecar('1'), container('4')] },
    5000,
  ],
  [
    'but not beside those before them',
    { containers: [container('1')], initContainers: [container('4'), sidecar('1')] },
    4000,
  ],
  ['overhead comes on top', { containers: [container('1')], overhead: { cpu: '250m' } }, 1250],
  [
    'the pod’s own requests stand for its containers’',
    { containers: [container('1')], resources: { requests: { cpu: '2' } } },
    2000,
  ],
])('%s', (_, spec, expected) => {
  expect(cpuOf(spec)).toBe(expected)
})

test('containers without requests count as 100m and 200Mi when nodes are scored', () => {
  const pod = { metadata: { name: 'p' }, spec: { containers: [{ name: 'a' }, container('1')] } }
  expect(podNonZeroRequests(pod)).toEqual({ cpu: 1100, memory: 2 * 200 * 1024 * 1024 })
})

test('while a container is resized the larger of what it has and is to have counts', () => {
  const given = (cpu: string, conditions: k8s.PodCondition[] = []): k8s.Pod => ({
    metadata: { name: 'p' },
    spec: { containers: [container('1')] },
    status: { containerStatuses: [{ name: 'c', ...STATUS, resources: { requests: { cpu } } }], conditions },
  })
  expect(podRequests(given('500m')).cpu).toBe(1000)
  expect(podRequests(given('2')).cpu).toBe(2000)
  const infeasible = { type: 'PodResizePending', status: 'True', reason: 'Infeasible' }
  expect(podRequests(given('500m', [infeasible])).cpu).toBe(500)
})
