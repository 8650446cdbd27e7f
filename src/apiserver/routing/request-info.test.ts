import { expect, test } from 'vitest'
import { parseRequest } from './request-info.ts'

const CORE = { group: '', version: 'v1' }
const APPS = { group: 'apps', version: 'v1' }

test.each([
  ['/', undefined],
  ['/api', undefined],
  ['/api/v1', undefined],
  ['/apis/apps', undefined],
  ['/apis/apps/v1', undefined],
  ['/healthz/ping/pong', undefined],
  ['/api/v1/pods', { ...CORE, resource: 'pods' }],
  ['//api//v1/nodes/a%2Fb', { ...CORE, resource: 'nodes', name: 'a/b' }],
  ['/api/v1/namespaces', { ...CORE, resource: 'namespaces' }],
  ['/api/v1/namespaces/a', { ...CORE, resource: 'namespaces', name: 'a' }],
  ['/api/v1/namespaces/a/status', { ...CORE, resource: 'namespaces', name: 'a', subresource: 'status' }],
  ['/api/v1/namespaces/a/finalize', { ...CORE, resource: 'namespaces', name: 'a', subresource: 'finalize' }],
  ['/api/v1/namespaces/a/pods', { ...CORE, resource: 'pods', namespace: 'a' }],
  ['/api/v1/namespaces/a/status/b', { ...CORE, resource: 'status', namespace: 'a', name: 'b' }],
  ['/apis/apps/v1/deployments', { ...APPS, resource: 'deployments' }],
  ['/apis/apps/v1/namespaces/a/deployments/b', { ...APPS, resource: 'deployments', namespace: 'a', name: 'b' }],
  [
    '/apis/apps/v1/namespaces/a/deployments/b/scale',
    { ...APPS, resource: 'deployments', namespace: 'a', name: 'b', subresource: 'scale' },
  ],
  [
    '/api/v1/namespaces/a/pods/b/proxy/some/path?x=y',
    { ...CORE, resource: 'pods', namespace: 'a', name: 'b', subresource: 'proxy/some/path' },
  ],
])('%s asks for %j', (url, target) => {
  const nothing = { namespace: undefined, name: undefined, subresource: undefined }
  expect(parseRequest({ method: 'GET', url }).target).toEqual(target && { ...nothing, ...target })
})

test.each(['api/v1', '/api/v1/pods/%zz'])('%s is refused', (url) => {
  expect(() => parseRequest({ method: 'GET', url })).toThrow(expect.objectContaining({ reason: 'BadRequest' }))
})
