import { expect, test } from 'vitest'
import { dropNulls, writeNulls } from './zero-nulls.ts'

const typed = (apiVersion: string, kind: string, fields: object) => ({
  apiVersion,
  kind,
  metadata: { name: 'a' },
  ...fields,
})

test.each<[string, object, object]>([
  ['a missing list', typed('rbac.authorization.k8s.io/v1', 'Role', {}), { rules: null }],
  ['an empty list', typed('rbac.authorization.k8s.io/v1', 'Role', { rules: [] }), { rules: null }],
  [
    'fields of items of a list',
    typed('v1', 'Pod', { spec: { containers: [{ name: 'a' }] }, status: { conditions: [{ type: 'Ready' }] } }),
    {
      spec: { containers: [{ name: 'a' }] },
      status: { conditions: [{ type: 'Ready', lastProbeTime: null, lastTransitionTime: null }] },
    },
  ],
  [
    'fields deep inside',
    typed('batch/v1', 'CronJob', {
      spec: {
        jobTemplate: { spec: { template: { spec: { containers: [], volumes: [{ name: 'a', projected: {} }] } } } },
      },
    }),
    {
      spec: {
        jobTemplate: {
          spec: { template: { spec: { containers: null, volumes: [{ name: 'a', projected: { sources: null } }] } } },
        },
      },
    },
  ],
  ['nothing of a kind without such fields', typed('v1', 'ConfigMap', { data: {} }), { data: {} }],
  ['nothing of a kind that is not known', typed('a.dev/v1', 'Thing', { rules: [] }), { rules: [] }],
])('%s is null in Go', (_, object, expected) => {
  writeNulls(object, object)
  expect(object).toEqual({ ...object, ...expected })
})

test('who works on an object has it without', () => {
  const slice = typed('discovery.k8s.io/v1', 'EndpointSlice', { addressType: 'IPv4', endpoints: [{ addresses: [] }] })
  writeNulls(slice, slice)
  expect(slice).toMatchObject({ endpoints: [{ addresses: null }], ports: null })
  dropNulls(slice, slice)
  expect(slice).toEqual(
    typed('discovery.k8s.io/v1', 'EndpointSlice', { addressType: 'IPv4', endpoints: [{ addresses: [] }] }),
  )
})

test('a null that is data stays', () => {
  const definition = typed('apiextensions.k8s.io/v1', 'CustomResourceDefinition', {
    spec: { versions: [{ name: 'v1', schema: { openAPIV3Schema: { default: null, enum: [null] } } }] },
    status: { conditions: null, storedVersions: null },
  })
  dropNulls(definition, definition)
  expect(definition).toMatchObject({ spec: { versions: [{ schema: { openAPIV3Schema: { default: null } } }] } })
  expect(definition).toHaveProperty('status', {})
})
