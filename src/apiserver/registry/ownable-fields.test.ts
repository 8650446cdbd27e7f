import { expect, it, test } from 'vitest'
import { allResources, resources } from '../../api/index.ts'
import type { FieldSet } from '../../api/machinery.ts'
import { ownableFields } from './ownable-fields.ts'

const LEAF: FieldSet = {}
const everything: FieldSet = {
  'f:metadata': { 'f:labels': { 'f:a': LEAF }, 'f:ownerReferences': { 'k:{"uid":"1"}': LEAF } },
  'f:spec': { 'f:x': LEAF },
  'f:status': { 'f:certificate': LEAF, 'f:conditions': { 'k:{"type":"Ready"}': LEAF } },
}

test.each([
  [resources.configmaps, '', ['f:metadata', 'f:spec', 'f:status']],
  [resources.deployments, '', ['f:metadata', 'f:spec']],
  [resources.deployments, 'status', ['f:metadata', 'f:status']],
  [resources.deployments, 'scale', ['f:metadata', 'f:spec', 'f:status']],
  [resources.certificatesigningrequests, '', ['f:metadata']],
  [resources.flowschemas, 'status', ['f:status']],
  [resources.servicecidrs, 'status', ['f:metadata', 'f:spec', 'f:status']],
  [resources.namespaces, 'finalize', ['f:metadata', 'f:spec']],
])('a write to %# can own these parts', (resource, subresource, parts) => {
  expect(Object.keys(ownableFields(resource, subresource)(everything))).toEqual(parts)
})

it('knows what of a part cannot be set', () => {
  expect(ownableFields(resources.pods, 'status')(everything)).toEqual({
    'f:metadata': { 'f:labels': { 'f:a': LEAF } },
    'f:status': everything['f:status'],
  })
  expect(ownableFields(resources.certificatesigningrequests, 'approval')(everything)['f:status']).toEqual({
    'f:conditions': { 'k:{"type":"Ready"}': LEAF },
  })
})

it('lets nobody own a status by writing the object, wherever there is a status to write', () => {
  const exempt = new Set(['servicecidrs'])
  for (const resource of allResources)
    if (resource.subresources.some(({ name }) => name === 'status') && !exempt.has(resource.plural))
      expect(ownableFields(resource, '')(everything), resource.plural).not.toHaveProperty('f:status')
})
