import { expect, test } from 'vitest'
import { toParentEntries, toScaleEntries } from './scale-entries.ts'

const mapping = {
  apiVersion: 'apps/v1',
  replicasPath: (apiVersion: string) => (apiVersion === 'apps/v1' ? ['f:spec', 'f:replicas'] : undefined),
}
const TIME = '2026-01-01T00:00:00Z'
const BOTH = { 'f:spec': { 'f:replicas': {}, 'f:selector': {} } }
const REPLICAS = { 'f:spec': { 'f:replicas': {} } }
const SELECTOR = { 'f:spec': { 'f:selector': {} } }
const entry = (manager: string, operation: string, fieldsV1: object, more: object = {}) => ({
  manager,
  operation,
  apiVersion: 'apps/v1',
  time: TIME,
  fieldsType: 'FieldsV1',
  fieldsV1,
  ...more,
})
const ofScale = (manager: string, operation: string, more: object = {}) =>
  entry(manager, operation, REPLICAS, { apiVersion: 'autoscaling/v1', ...more })

test('the scale has the owners of the replicas, and nothing of what else they own', () => {
  const parent = [
    entry('a', 'Apply', BOTH),
    entry('b', 'Update', SELECTOR),
    entry('c', 'Update', REPLICAS, { apiVersion: 'apps/v0' }),
  ]
  expect(toScaleEntries(parent, mapping)).toEqual([ofScale('a', 'Apply')])
  expect(toScaleEntries(undefined, mapping)).toBeUndefined()
})

test.each(['Apply', 'Update'])('another who scales takes the replicas from one who had them (%s)', (operation) => {
  const taken = ofScale('scaler', operation, { subresource: 'scale' })
  const { time: _, ...undated } = entry('scaler', operation, REPLICAS, { subresource: 'scale' })
  expect(toParentEntries([entry('z', operation, BOTH)], [taken], mapping)).toEqual([
    undated,
    entry('z', operation, SELECTOR),
  ])
  expect(toParentEntries([entry('z', operation, REPLICAS)], [taken], mapping)).toEqual([undated])
})

test('who had the replicas and still has them keeps its entry', () => {
  const parent = [entry('a', 'Apply', BOTH), entry('b', 'Update', REPLICAS)]
  expect(toParentEntries(parent, toScaleEntries(parent, mapping), mapping)).toEqual(parent)
})

test('entries of versions that are not known are dropped', () => {
  const old = entry('old', 'Update', SELECTOR, { apiVersion: 'apps/v0' })
  expect(toParentEntries([entry('a', 'Apply', SELECTOR), old], [], mapping)).toEqual([entry('a', 'Apply', SELECTOR)])
})
