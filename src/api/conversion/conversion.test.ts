import { expect, test } from 'vitest'
import type * as k8s from '../generated/types.ts'
import { convertAutoscaler, convertEvent, coreEvent, currentAutoscaler } from './index.ts'

const target = { kind: 'Deployment', name: 'web', apiVersion: 'apps/v1' }
const cpu: k8s.MetricSpec = {
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
}
const pods: k8s.MetricSpec = {
  type: 'Pods',
  pods: { metric: { name: 'requests' }, target: { type: 'AverageValue', averageValue: '10' } },
}

test('a v2 autoscaler comes back from v1 as it was', () => {
  const v2: k8s.HorizontalPodAutoscaler = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web', annotations: { mine: 'kept' } },
    spec: {
      scaleTargetRef: target,
      minReplicas: 1,
      maxReplicas: 9,
      metrics: [pods, cpu],
      behavior: { scaleDown: { stabilizationWindowSeconds: 60 } },
    },
    status: {
      currentReplicas: 2,
      desiredReplicas: 3,
      conditions: [{ type: 'AbleToScale', status: 'True' }],
      currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 40 } } }],
    },
  }
  const v1 = convertAutoscaler(v2)
  expect(v1.spec).toEqual({
    scaleTargetRef: target,
    minReplicas: 1,
    maxReplicas: 9,
    targetCPUUtilizationPercentage: 80,
  })
  expect(v1.status?.currentCPUUtilizationPercentage).toBe(40)
  expect(Object.keys(v1.metadata.annotations ?? {}).sort()).toEqual([
    'autoscaling.alpha.kubernetes.io/behavior',
    'autoscaling.alpha.kubernetes.io/conditions',
    'autoscaling.alpha.kubernetes.io/current-metrics',
    'autoscaling.alpha.kubernetes.io/metrics',
    'mine',
  ])
  expect(currentAutoscaler(v1)).toEqual(v2)
})

test('annotations that are no JSON count as absent', () => {
  const annotations = {
    'autoscaling.alpha.kubernetes.io/metrics': '{broken',
    'autoscaling.alpha.kubernetes.io/behavior': '',
  }
  const v2 = currentAutoscaler({
    metadata: { name: 'web', annotations },
    spec: { scaleTargetRef: target, maxReplicas: 1 },
  })
  expect(v2.spec).toEqual({ scaleTargetRef: target, maxReplicas: 1 })
})

test('an event has the same content under both groups', () => {
  const event: k8s.EventsEvent = {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: 'e', namespace: 'default' },
    eventTime: '2025-01-01T00:00:00.000000Z',
    regarding: { kind: 'Pod', name: 'web' },
    note: 'said',
    reason: 'Because',
    action: 'Acting',
    type: 'Normal',
    reportingController: 'me',
    reportingInstance: 'me-1',
    series: { count: 2, lastObservedTime: '2025-01-01T00:00:01.000000Z' },
    deprecatedSource: { component: 'me' },
  }
  const core = coreEvent(event)
  expect(core).toMatchObject({ message: 'said', involvedObject: { name: 'web' }, reportingComponent: 'me' })
  expect(convertEvent(core)).toEqual(event)
})
