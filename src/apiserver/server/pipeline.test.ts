import { afterAll, beforeAll, expect, test } from 'vitest'
import { call } from '../../../test/harness/call.ts'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'

let cluster: TestCluster
beforeAll(async () => {
  cluster = await openTestCluster()
})
afterAll(() => cluster[Symbol.asyncDispose]())

const MAPS = '/api/v1/namespaces/default/configmaps'
const NOT_ALLOWED = 'the server does not allow this method on the requested resource'

test.each([
  ['POST', '/apis'],
  ['HEAD', '/apis'],
  ['OPTIONS', '/api'],
  ['DELETE', '/api/v1'],
  ['POST', '/apis/apps'],
  ['POST', '/version'],
  ['PUT', MAPS],
  ['PATCH', MAPS],
  ['OPTIONS', MAPS],
] as const)('%s of %s is not allowed', async (method, url) => {
  const { status, json } = await call(cluster.exchange, method, url)
  expect([status, json.message ?? NOT_ALLOWED]).toEqual([405, NOT_ALLOWED])
})

test('HEAD asks for no resource, and is answered without a body', async () => {
  for (const url of [MAPS, `${MAPS}/none`]) {
    const { status, text } = await call(cluster.exchange, 'HEAD', url)
    expect([status, text]).toEqual([405, ''])
  }
})

test.each(['/nothing', '/logs', '/apis/none'])('nobody answers at %s', async (url) => {
  const { status, headers, text } = await call(cluster.exchange, 'GET', url)
  expect([status, headers['content-type'], text]).toEqual([404, 'text/plain; charset=utf-8', '404 page not found\n'])
})

test.each(['/api/v2', '/apis/apps/v9', '/apis/apps/v1/nothings'])('the API has nothing at %s', async (url) => {
  const { status, json } = await call(cluster.exchange, 'GET', url)
  expect([status, json.reason, json.message]).toEqual([
    404,
    'NotFound',
    'the server could not find the requested resource',
  ])
})

test('the root lists what there is', async () => {
  const { paths } = (await call(cluster.exchange, 'GET', '/')).json as unknown as { paths: string[] }
  expect(paths).toEqual(expect.arrayContaining(['/api', '/api/v1', '/apis', '/apis/apps', '/apis/apps/v1', '/healthz']))
  for (const path of ['/api/v1', '/apis/apps/v1', '/healthz/ping', '/version', '/openapi/v2', '/openapi/v3'])
    expect([paths.includes(path), (await call(cluster.exchange, 'GET', path)).status]).toEqual([true, 200])
})

test('the root lists it whatever the method', async () => {
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'] as const)
    expect((await call(cluster.exchange, method, '/')).status, method).toBe(200)
})

test.each([
  ['application/yaml', 'application/yaml', 'reason: NotFound'],
  ['application/json', 'application/json', '"reason":"NotFound"'],
  ['application/json;as=Table;v=v1;g=meta.k8s.io', 'application/json', '"reason":"NotFound"'],
  ['image/png', 'application/json', '"reason":"NotAcceptable"'],
])('a refusal comes as %s where that can be', async (accept, type, said) => {
  const { headers, text } = await call(cluster.exchange, 'GET', `${MAPS}/none`, { headers: { accept } })
  expect([headers['content-type'], text]).toEqual([type, expect.stringContaining(said)])
})
