import { expect, test } from 'vitest'
import { apiservices, nodes } from '../generated/resources.ts'
import type { Resource } from '../resource.ts'
import { applyDefaults } from './index.ts'

test.each<[Resource, object, object]>([
  [nodes, { podCIDR: '10.0.0.0/24' }, { podCIDR: '10.0.0.0/24', podCIDRs: ['10.0.0.0/24'] }],
  [nodes, { podCIDRs: ['10.0.0.0/24'] }, { podCIDR: '10.0.0.0/24', podCIDRs: ['10.0.0.0/24'] }],
  [
    nodes,
    { podCIDR: '10.0.0.0/24', podCIDRs: ['10.1.0.0/24', 'fd00::/64'] },
    { podCIDR: '10.0.0.0/24', podCIDRs: ['10.0.0.0/24'] },
  ],
  [nodes, {}, {}],
  [apiservices, { service: { name: 'a', namespace: 'b' } }, { service: { name: 'a', namespace: 'b', port: 443 } }],
])('%# what is said twice agrees, and a port is that of HTTPS', (resource, spec, expected) => {
  const object = { metadata: { name: 'n' }, spec: structuredClone(spec) }
  applyDefaults(resource, object)
  expect(object.spec).toMatchObject(expected)
})
