import { describe, expect, test } from 'vitest'
import { call } from '../../../test/harness/call.ts'
import { openTestCluster } from '../../../test/harness/cluster.ts'

interface Listed {
  name: string
  kind: string
  verbs: string[]
  namespaced: boolean
  group?: string
}

async function get(url: string, headers: Record<string, string> = {}) {
  await using cluster = await openTestCluster()
  return call(cluster.exchange, 'GET', url, { headers })
}

describe('discovery', () => {
  test('names the groups with their preferred versions', async () => {
    const { json } = await get('/apis')
    const groups = json.groups as { name: string; preferredVersion: { version: string } }[]
    expect(groups.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['apps', 'apps.naru.dev', 'gateway.networking.k8s.io', 'rbac.authorization.k8s.io']),
    )
    expect(groups.find(({ name }) => name === 'autoscaling')?.preferredVersion.version).toBe('v2')
    expect(groups.some(({ name }) => name === '')).toBe(false)
  })

  test('lists resources and the subresources that are served, and no others', async () => {
    const listed = (await get('/api/v1')).json.resources as Listed[]
    const names = listed.map(({ name }) => name)
    expect(names).toEqual(
      expect.arrayContaining([
        'pods',
        'pods/log',
        'pods/status',
        'pods/binding',
        'pods/eviction',
        'namespaces/finalize',
      ]),
    )
    expect(names).toContain('componentstatuses')
    const apps = (await get('/apis/apps/v1')).json.resources as Listed[]
    expect(apps.find(({ name }) => name === 'deployments/scale')).toMatchObject({ kind: 'Scale', group: 'autoscaling' })
  })

  test('comes in one document for those who can read it', async () => {
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json'
    const answer = await get('/apis', { accept })
    expect(answer.headers['content-type']).toBe('application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList')
    expect(answer.json).toMatchObject({ kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2' })
    const core = (await get('/api', { accept })).json.items as {
      versions: { resources: { resource: string; scope: string }[] }[]
    }[]
    expect(core[0]?.versions[0]?.resources.find(({ resource }) => resource === 'nodes')?.scope).toBe('Cluster')
  })

  test.each(['/apis/apps/v9', '/api/v2', '/apis/apps/v1/widgets'])('%s is not found', async (path) => {
    expect((await get(path)).json).toMatchObject({ kind: 'Status', code: 404, reason: 'NotFound' })
  })
})

describe('reviews', () => {
  test('say who one is and what one may do', async () => {
    await using cluster = await openTestCluster()
    const who = await call(cluster.exchange, 'POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', { body: {} })
    expect(who.json.status).toMatchObject({
      userInfo: { username: 'admin', groups: ['system:masters', 'system:authenticated'] },
    })
    const resourceAttributes = { verb: 'create', resource: 'pods', namespace: 'default' }
    const url = '/apis/authorization.k8s.io/v1'
    expect(
      (
        await call(cluster.exchange, 'POST', `${url}/selfsubjectaccessreviews`, {
          body: { spec: { resourceAttributes } },
        })
      ).json.status,
    ).toMatchObject({ allowed: true })
    const bob = { spec: { user: 'bob', resourceAttributes } }
    expect(
      (await call(cluster.exchange, 'POST', `${url}/subjectaccessreviews`, { body: bob })).json.status,
    ).toMatchObject({ allowed: false })
  })
})

describe('OpenAPI', () => {
  test('lists a document for each group and version, which clients may keep', async () => {
    await using cluster = await openTestCluster()
    const index = await call(cluster.exchange, 'GET', '/openapi/v3')
    const { serverRelativeURL } = (index.json.paths as Record<string, { serverRelativeURL: string }>)[
      'apis/apps/v1'
    ] ?? { serverRelativeURL: '' }
    const document = await call(cluster.exchange, 'GET', serverRelativeURL)
    expect(document.json).toMatchObject({ openapi: '3.0.0' })
    expect(document.headers['cache-control']).toContain('immutable')
    const again = { headers: { 'if-none-match': document.headers.etag ?? '' } }
    expect((await call(cluster.exchange, 'GET', serverRelativeURL, again)).status).toBe(304)
    expect((await call(cluster.exchange, 'GET', '/openapi/v3/apis/apps/v1?hash=old')).headers.location).toBe(
      serverRelativeURL,
    )
    expect((await call(cluster.exchange, 'GET', '/openapi/v3/apis/none/v1')).status).toBe(404)
    expect((await call(cluster.exchange, 'GET', '/openapi/v2')).json).toMatchObject({ swagger: '2.0' })
  })

  test('OpenAPI v2 is there for kubectl, which takes it in protobuf alone when it checks a List', async () => {
    await using cluster = await openTestCluster()
    const accept = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf'
    const { status, headers } = await call(cluster.exchange, 'GET', '/openapi/v2', { headers: { accept } })
    expect({ status, type: headers['content-type'] }).toEqual({ status: 200, type: accept.replace('@', '.') })
  })
})
