import { expect, test } from 'vitest'
import { horizontalpodautoscalers } from '../../generated/resources.ts'
import { problemsOf, withChanges } from '../testing/problems.ts'

const metric = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }
const scaler = {
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    maxReplicas: 3,
    metrics: [metric],
    behavior: { scaleDown: { policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] } },
  },
}
const target = 'spec.metrics[0].resource.target'

test.each<[string, Record<string, unknown>, string[]]>([
  ['nothing', {}, []],
  [
    'another source',
    { 'spec.metrics[0].type': 'Pods' },
    ['spec.metrics[0].pods: Required value: must populate information for the given metric source'],
  ],
  [
    'no number',
    { [`${target}.averageUtilization`]: undefined },
    [`${target}.averageUtilization: Required value: must set either a target raw value or a target utilization`],
  ],
  [
    'two numbers',
    { [`${target}.averageValue`]: '1' },
    [`${target}.averageValue: Forbidden: may not set both a target raw value and a target utilization`],
  ],
  [
    'the target',
    { [`${target}.type`]: 'Sum', [`${target}.averageUtilization`]: 0 },
    [
      `${target}.type: Invalid value: "Sum": must be either Utilization, Value, or AverageValue`,
      `${target}.averageUtilization: Invalid value: 0: must be greater than 0`,
    ],
  ],
  [
    'the policy',
    { 'spec.behavior.scaleDown.policies[0]': { type: 'Half', value: 0, periodSeconds: 1801 } },
    [
      'spec.behavior.scaleDown.policies[0].type: Unsupported value: "Half": supported values: "Percent", "Pods"',
      'spec.behavior.scaleDown.policies[0].value: Invalid value: 0: must be greater than zero',
      'spec.behavior.scaleDown.policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800',
    ],
  ],
  [
    'the window',
    { 'spec.behavior.scaleDown.stabilizationWindowSeconds': 3601 },
    ['spec.behavior.scaleDown.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600'],
  ],
])('autoscalers, wrong: %s', (_what, changes, expected) => {
  expect(problemsOf(horizontalpodautoscalers, withChanges(scaler, changes))).toEqual(expected)
})
