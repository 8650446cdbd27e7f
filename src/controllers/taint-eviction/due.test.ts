import { expect, test } from 'vitest'
import type { k8s } from '../../api/index.ts'
import { podOf } from '../testing/objects.ts'
import { evictionTimeMs } from './due.ts'

const ADDED = '2026-01-01T00:00:00Z'
const addedMs = Date.parse(ADDED)
const seenMs = addedMs + 7_000
const out = { key: 'out', value: 'a', effect: 'NoExecute' }
const inTime = { ...out, timeAdded: ADDED }
const bear = (more: Partial<k8s.Toleration>): k8s.Toleration => ({ key: 'out', operator: 'Exists', ...more })

test.each<[string, k8s.Taint[], k8s.Toleration[], number | undefined]>([
  ['a pod that tolerates nothing leaves at once', [inTime], [], seenMs],
  ['a value must match', [inTime], [{ key: 'out', value: 'b' }], seenMs],
  ['a pod that tolerates all stays', [inTime], [{ operator: 'Exists' }], undefined],
  [
    'a pod stays as long as it says, from when the taint was added',
    [inTime],
    [bear({ tolerationSeconds: 20 })],
    addedMs + 20_000,
  ],
  ['or from when it was seen, where the taint does not say', [out], [bear({ tolerationSeconds: 20 })], seenMs + 20_000],
  [
    'or from when it was seen, where the node was not ready: it may have been as long away as who looks now',
    [{ ...inTime, key: 'node.kubernetes.io/not-ready' }],
    [{ ...bear({ tolerationSeconds: 20 }), key: 'node.kubernetes.io/not-ready' }],
    seenMs + 20_000,
  ],
  ['no time is no toleration', [inTime], [bear({ tolerationSeconds: 0 })], seenMs],
  ['the first toleration that bears a taint counts', [inTime], [bear({}), bear({ tolerationSeconds: 5 })], undefined],
  [
    'the shortest of several counts',
    [inTime, { ...inTime, key: 'other' }],
    [bear({ tolerationSeconds: 20 }), { key: 'other', operator: 'Exists', tolerationSeconds: 9 }],
    addedMs + 9_000,
  ],
  ['one that is not tolerated is enough', [inTime, { ...inTime, key: 'other' }], [bear({})], seenMs],
  ['without taints a pod stays', [], [], undefined],
])('%s', (_, taints, tolerations, expected) => {
  expect(evictionTimeMs(podOf({ name: 'p', spec: { tolerations } }), taints, { seenMs })).toBe(expected)
})

test('a pod that came after the taint has its whole time', () => {
  const pod = podOf({ name: 'p', spec: { tolerations: [bear({ tolerationSeconds: 20 })] } })
  const late = { ...pod, status: { ...pod.status, startTime: '2026-01-01T01:00:00Z' } }
  expect(evictionTimeMs(late, [inTime], { seenMs })).toBe(addedMs + 3_620_000)
})
