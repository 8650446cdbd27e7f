import { expect, test } from 'vitest'
import { resourcesIn } from './remote-discovery.ts'

test('what an extension server says in wrong types is left out', () => {
  const resources = [
    null,
    { name: 'a', kind: 1, verbs: [] },
    { name: 'b', kind: 'B', verbs: ['get', 1], shortNames: 'b', categories: [{}], singularName: 1, namespaced: 'yes' },
    { name: 'b/status', kind: 'B', verbs: [null, 'get'], group: 1, version: {} },
  ]
  const text = JSON.stringify({ kind: 'APIResourceList', resources })
  const own = { group: 'a.example.com', version: 'v1' }
  expect(resourcesIn(text, own)).toEqual([
    {
      ...own,
      kind: 'B',
      plural: 'b',
      singular: '',
      namespaced: false,
      shortNames: [],
      categories: [],
      verbs: ['get'],
      subresources: [{ ...own, name: 'status', kind: 'B', verbs: ['get'] }],
    },
  ])
})
