import { expect, it } from 'vitest'
import type { k8s } from '../../api/index.ts'
import { autoscalingOf } from './autoscaling.ts'

const condition = (type: string, status: string, reason = '') => ({ type, status, reason, message: '' })
const MEASURED = condition('ScalingActive', 'True', 'ValidMetricFound')
const WITHIN = condition('ScalingLimited', 'False', 'DesiredWithinRange')

const WAITING = condition('AbleToScale', 'True', 'ScaleDownStabilized')

const autoscaler = (status: Partial<k8s.HorizontalPodAutoscalerStatus>, spec = {}): k8s.HorizontalPodAutoscaler => ({
  metadata: { name: 'shop-web' },
  spec: {
    scaleTargetRef: { kind: 'Deployment', name: 'shop-v1' },
    minReplicas: 2,
    maxReplicas: 5,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }],
    ...spec,
  },
  status: { currentReplicas: 3, desiredReplicas: 3, ...status },
})

const TOO_MANY = condition('ScalingLimited', 'True', 'TooManyReplicas')
const TOO_FEW = condition('ScalingLimited', 'True', 'TooFewReplicas')
const cpu = (averageUtilization: number) => [
  { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization, averageValue: '0' } } },
]

it.each<[state: string, conditions: k8s.HorizontalPodAutoscalerCondition[], status: object]>([
  ['unmeasured', [], {}],
  ['unmeasured', [condition('ScalingActive', 'False', 'FailedGetResourceMetric')], {}],
  ['off', [condition('ScalingActive', 'False', 'ScalingDisabled')], { currentReplicas: 0, desiredReplicas: 0 }],
  ['met', [MEASURED, WITHIN], {}],
  ['growing', [MEASURED, WITHIN], { desiredReplicas: 4 }],
  ['growing', [MEASURED, TOO_MANY], { desiredReplicas: 5 }],
  ['most', [MEASURED, TOO_MANY], { currentMetrics: cpu(90) }],
  ['most', [MEASURED, TOO_MANY, WAITING], { currentMetrics: cpu(90) }],
  ['shrinking', [MEASURED, TOO_MANY, WAITING], { currentMetrics: cpu(1) }],
  ['shrinking', [MEASURED, WITHIN, WAITING], { currentMetrics: cpu(30) }],
  ['shrinking', [MEASURED, WITHIN], { desiredReplicas: 2 }],
  ['least', [MEASURED, WITHIN, WAITING], { currentReplicas: 2, desiredReplicas: 2, currentMetrics: cpu(1) }],
  ['least', [MEASURED, TOO_FEW], { currentReplicas: 2, desiredReplicas: 2 }],
])('an autoscaler is %s, by its conditions %j, with %j', (state, conditions, status) =>
  expect(autoscalingOf('web', autoscaler({ conditions, ...status }))).toMatchObject({ state }),
)

it('tells what was measured, the aim, the bounds, and how long it waits before there are fewer', () => {
  const current = { averageUtilization: 140, averageValue: '140m' }
  const status = {
    currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current } }],
    lastScaleTime: '2026-01-01T00:00:00Z',
  }
  expect(autoscalingOf('web', autoscaler(status))).toMatchObject({
    process: 'web',
    replicas: 3,
    minReplicas: 2,
    maxReplicas: 5,
    cpuPercent: 140,
    targetCpuPercent: 70,
    shrinksAfterSeconds: 300,
    changedAt: '2026-01-01T00:00:00Z',
  })
  const behavior = { scaleDown: { stabilizationWindowSeconds: 0 } }
  expect(autoscalingOf('web', autoscaler({}, { behavior })).shrinksAfterSeconds).toBe(0)
})
