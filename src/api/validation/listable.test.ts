import { expect, it } from 'vitest'
import { services } from '../generated/resources.ts'
import type { KubeObject } from '../object.ts'
import { validateObject } from './index.ts'

it('errors by the hundred thousand are one error, and end nothing', () => {
  const ports = Array.from({ length: 200_000 }, () => ({}))
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a', namespace: 'default' }, spec: { ports } }
  expect(validateObject(services, service as KubeObject)).toEqual([
    { type: 'FieldValueTooMany', field: '<nil>', message: 'Too many: there are more errors than can be listed' },
  ])
})
