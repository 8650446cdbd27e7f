import { expect, test } from 'vitest'
import type { k8s } from '../../api/index.ts'
import { danglingCondition } from './dangling.ts'

const schema = (conditions: k8s.FlowSchemaCondition[] = []): k8s.FlowSchema => ({
  apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
  kind: 'FlowSchema',
  metadata: { name: 's' },
  spec: { priorityLevelConfiguration: { name: 'low' }, matchingPrecedence: 1 },
  status: { conditions },
})
const found = {
  type: 'Dangling',
  status: 'False',
  lastTransitionTime: '1970-01-01T00:00:07Z',
  reason: 'Found',
  message: 'This FlowSchema references the PriorityLevelConfiguration object named "low" and it exists',
}

test('a schema says whether its priority level is there', () => {
  expect(danglingCondition(schema(), (name) => name === 'low', 7000)).toEqual(found)
  expect(danglingCondition(schema(), () => false, 7000)).toEqual({
    ...found,
    status: 'True',
    reason: 'NotFound',
    message: 'This FlowSchema references the PriorityLevelConfiguration object named "low" but there is no such object',
  })
})

test('what is said already is not said again, whenever it was said', () => {
  expect(danglingCondition(schema([{ type: 'Other', status: 'True' }, found]), () => true, 9000)).toBeUndefined()
  expect(danglingCondition(schema([{ ...found, message: 'x' }]), () => true, 9000)).toMatchObject({
    lastTransitionTime: '1970-01-01T00:00:09Z',
  })
})
