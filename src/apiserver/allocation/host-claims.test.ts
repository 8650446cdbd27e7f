import { join } from 'node:path'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call } from '../../../test/harness/call.ts'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'
import { gatewayApi, isHostTaken } from '../../api/index.ts'
import { openSqliteStore } from '../../store/index.ts'

interface Kind {
  plural: string
  group: string
  spec: (host: string) => object
}

const backend = { service: { name: 's', port: { number: 80 } } }
const route: Kind = {
  plural: 'httproutes',
  group: 'gateway.networking.k8s.io/v1',
  spec: (host) => ({ parentRefs: [{ name: 'naru', namespace: 'naru-system' }], hostnames: [host] }),
}
const ingress: Kind = {
  plural: 'ingresses',
  group: 'networking.k8s.io/v1',
  spec: (host) => ({ rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }] }),
}
const gateway: Kind = {
  plural: 'gateways',
  group: 'gateway.networking.k8s.io/v1',
  spec: (hostname) => ({
    gatewayClassName: 'naru',
    listeners: [{ name: 'http', port: 80, protocol: 'HTTP', hostname }],
  }),
}
const app: Kind = { plural: 'apps', group: 'apps.naru.dev/v1', spec: (host) => ({ image: 'i', hosts: [host] }) }
const appRoute: Kind = { ...app, spec: (host) => ({ image: 'i', routes: [{ host, path: '/login' }] }) }
const KINDS = { route, ingress, gateway, app, 'route of an app': appRoute }
/** These may have wildcards. */
const WILD = { route, ingress, gateway }

const urlOf = ({ plural, group }: Kind, namespace: string) => `/apis/${group}/namespaces/${namespace}/${plural}`

let cluster: TestCluster
beforeAll(async () => {
  cluster = await openTestCluster()
  for (const name of ['ann', 'bob']) await addNamespace(cluster, name)
})
afterAll(() => cluster[Symbol.asyncDispose]())

const addNamespace = (at: TestCluster, name: string) =>
  call(at.exchange, 'POST', '/api/v1/namespaces', { body: { metadata: { name } } })

let asked = 0
/** No test asks for hosts of another. */
const domain = () => `d${asked++}.example.com`

const ask = (kind: Kind, host: string, namespace: string, { name = `x${asked++}`, query = '', at = cluster } = {}) =>
  call(at.exchange, 'POST', urlOf(kind, namespace) + query, { body: { metadata: { name }, spec: kind.spec(host) } })

const change = (kind: Kind, namespace: string, name: string, body: object) =>
  call(cluster.exchange, 'PATCH', `${urlOf(kind, namespace)}/${name}`, {
    body,
    headers: { 'content-type': 'application/merge-patch+json' },
  })

const pairs = (first: Record<string, Kind>, second: Record<string, Kind>) =>
  Object.entries(first).flatMap(([one, a]) => Object.entries(second).map(([other, b]) => ({ one, other, a, b })))

describe('a host', () => {
  test.each(pairs(KINDS, KINDS))('that a(n) $one has, no $other of another namespace gets', async ({ a, b }) => {
    const host = domain()
    expect((await ask(a, host, 'ann')).status).toBe(201)
    expect((await ask(b, host, 'bob')).json).toMatchObject({
      code: 403,
      message: expect.stringMatching(
        `is forbidden: spec\\.\\S+: the host ${host} is in use by another namespace, which asked for it first`,
      ),
      details: { causes: [{ reason: 'HostTaken' }] },
    })
    expect((await ask(b, host, 'ann')).status).toBe(201)
    expect((await ask(b, domain(), 'bob')).status).toBe(201)
  })

  test.each(pairs(WILD, KINDS))(
    'under the wildcard of a(n) $one no $other of another namespace gets',
    async ({ a, b }) => {
      const parent = domain()
      expect((await ask(a, `*.${parent}`, 'ann')).status).toBe(201)
      expect((await ask(b, `shop.${parent}`, 'bob')).status).toBe(403)
      expect((await ask(b, `a.b.${parent}`, 'bob')).status).toBe(403)
      expect((await ask(b, parent, 'bob')).status).toBe(201)
    },
  )

  test.each(pairs(KINDS, WILD))(
    'that a(n) $one has, no wildcard $other of another namespace covers',
    async ({ a, b }) => {
      const parent = domain()
      expect((await ask(a, `shop.${parent}`, 'ann')).status).toBe(201)
      expect((await ask(b, `*.${parent}`, 'bob')).status).toBe(403)
      expect((await ask(b, `*.${domain()}`, 'bob')).status).toBe(201)
    },
  )

  test.each([route, ingress, gateway, app])('is not got by changing an older $plural', async (kind) => {
    const host = domain()
    const name = `old${asked++}`
    await ask(kind, domain(), 'bob', { name })
    await ask(route, host, 'ann')
    expect((await change(kind, 'bob', name, { spec: kind.spec(host) })).status).toBe(403)
    expect((await change(kind, 'bob', name, { spec: kind.spec(domain()) })).status).toBe(200)
    expect((await change(kind, 'bob', name, { metadata: { labels: { a: 'b' } } })).status).toBe(200)
  })

  test('is free again when the last that asks for it is gone, or asks no more', async () => {
    const host = domain()
    await ask(route, host, 'ann', { name: 'last' })
    await ask(app, host, 'ann', { name: 'last' })
    await call(cluster.exchange, 'DELETE', `${urlOf(route, 'ann')}/last`)
    expect((await ask(route, host, 'bob')).status).toBe(403)
    await change(app, 'ann', 'last', { spec: { hosts: null } })
    expect((await ask(route, host, 'bob')).status).toBe(201)
    expect((await ask(app, host, 'ann')).status).toBe(403)
  })

  test('that two namespaces ask for at once, one of them gets', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'host-claims-'))
    await using stack = new AsyncDisposableStack()
    stack.defer(() => rm(folder, { recursive: true }))
    // Here writes take a while.
    const store = stack.use(await openSqliteStore({ path: join(folder, 'store.sqlite') }))
    const at = stack.use(await openTestCluster({ store }))
    for (const name of ['ann', 'bob']) await addNamespace(at, name)
    const kinds = Object.values(KINDS)
    const both = ['ann', 'bob'].flatMap((namespace) => kinds.map((kind) => ({ namespace, kind })))
    const answers = await Promise.all(
      both.map(async ({ namespace, kind }) => ({ namespace, ...(await ask(kind, 'a.example', namespace, { at })) })),
    )
    const made = answers.filter(({ status }) => status === 201)
    expect(made).toHaveLength(kinds.length)
    expect(new Set(made.map(({ namespace }) => namespace)).size).toBe(1)
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(kinds.length)
  })

  test('that was asked for in vain, or for trying, is not held', async () => {
    const host = domain()
    await ask(route, domain(), 'bob', { name: 'there' })
    expect((await ask(route, host, 'bob', { name: 'there' })).status).toBe(409)
    expect((await ask(route, host, 'bob', { query: '?dryRun=All' })).status).toBe(201)
    expect((await ask(route, host, 'ann')).status).toBe(201)
    expect((await ask(route, host, 'bob', { query: '?dryRun=All' })).status).toBe(403)
  })

  test('is of the namespace that is in its name, whoever was first', async () => {
    const refusal = 'the host shop.ann.localhost is by its name of the namespace ann; choose another'
    expect((await ask(route, 'shop.ann.localhost', 'bob')).json.message).toContain(refusal)
    expect((await ask(route, '*.ann.localhost', 'bob')).status).toBe(403)
    expect((await ask(route, '*.localhost', 'bob')).status).toBe(403)
    expect((await ask(route, 'shop.later.localhost', 'bob')).status).toBe(201)
    await addNamespace(cluster, 'later')
    expect((await ask(route, 'shop.later.localhost', 'later')).status).toBe(201)
    expect((await ask(route, '*.localhost', 'default')).status).toBe(201)
    expect((await ask(route, 'shop.ann.localhost', 'ann')).status).toBe(201)
  })

  test.each([
    ['app', app, 422],
    ['route of an app', appRoute, 403],
    ['route', route, 422],
    ['ingress', ingress, 422],
    ['gateway', gateway, 422],
  ])('is not got by another spelling of it in a(n) %s', async (_, kind, status) => {
    const host = domain()
    await ask(app, host, 'ann')
    expect((await ask(kind, host.toUpperCase(), 'bob')).status).toBe(status)
    expect((await ask(kind, `${host}.`, 'bob')).status).toBe(422)
  })

  test.each(['All', 'Selector'])(
    'that a Gateway has which takes routes of others (%s) is lent to routes that name it',
    async (from) => {
      const parent = domain()
      const allowedRoutes = { namespaces: { from, selector: {} } }
      const listener = { name: 'http', port: 80, protocol: 'HTTP', hostname: `*.${parent}`, allowedRoutes }
      const shared: Kind = { ...gateway, spec: () => ({ gatewayClassName: 'naru', listeners: [listener] }) }
      const name = `shared-${from.toLowerCase()}`
      await ask(shared, '', 'ann', { name })
      const attached: Kind = {
        ...route,
        spec: (host) => ({ parentRefs: [{ name, namespace: 'ann' }], hostnames: [host] }),
      }
      expect((await ask(attached, `shop.${parent}`, 'bob')).status).toBe(201)
      expect((await ask(route, `else.${parent}`, 'bob')).status).toBe(403)
      expect((await ask(attached, `shop.${parent}`, 'default')).status).toBe(403)
    },
  )

  test("is asked for of Naru's gateway alone: what is for another one is not looked at", async () => {
    const host = domain()
    const other: Kind = { ...gateway, spec: (hostname) => ({ ...gateway.spec(hostname), gatewayClassName: 'other' }) }
    const classed: Kind = { ...ingress, spec: () => ({ ...ingress.spec(host), ingressClassName: 'other' }) }
    const attached: Kind = {
      ...route,
      spec: () => ({ parentRefs: [{ name: 'other', namespace: 'ann' }], hostnames: [host] }),
    }
    await ask(other, host, 'ann', { name: 'other' })
    for (const namespace of ['ann', 'bob'])
      for (const kind of [classed, attached]) expect((await ask(kind, host, namespace)).status).toBe(201)
    await ask(attached, host, 'bob', { name: 'moving' })
    expect((await ask(app, host, 'default')).status).toBe(201)
    const moved = { spec: { parentRefs: [{ name: 'naru', namespace: 'naru-system' }] } }
    expect((await change(route, 'bob', 'moving', moved)).status).toBe(403)
    await ask(classed, host, 'bob', { name: 'moving' })
    expect((await change(ingress, 'bob', 'moving', { spec: { ingressClassName: 'naru' } })).status).toBe(403)
  })

  test('that is refused is told apart from other refusals', async () => {
    const host = domain()
    await ask(app, host, 'ann')
    const metadata = { name: 'told', namespace: 'bob' }
    const asking = cluster.client.create(gatewayApi.httproutes, { metadata, spec: { hostnames: [host] } })
    expect(await asking.catch(isHostTaken)).toBe(true)
  })
})
