/** Every route that the server serves, with every verb: without the right to it nobody gets through, and with exactly
 *  that right, and no other, one does. What is served is asked of discovery, so new kinds are walked too. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'
import { type ApiRequest, type k8s, resources, type UserInfo } from '../../api/index.ts'
import { bodyText } from '../../client/index.ts'

/** In no group at all: not even what every authenticated user may do is given. */
const WALKER: UserInfo = { name: 'walker', groups: [] }
const NAMESPACE = 'default'
const NAME = 'some-name'

interface Route {
  method: ApiRequest['method']
  url: string
  /** The one rule that covers it. */
  rule: k8s.PolicyRule
}

const METHODS: Readonly<Record<string, ApiRequest['method']>> = {
  get: 'GET',
  list: 'GET',
  watch: 'GET',
  create: 'POST',
  update: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
  deletecollection: 'DELETE',
}
const OF_COLLECTIONS = new Set(['list', 'watch', 'create', 'deletecollection'])

interface Served {
  name: string
  namespaced: boolean
  verbs: string[]
}

function routesOf(root: string, group: string, { name, namespaced, verbs }: Served): Route[] {
  const [plural = '', subresource] = name.split('/')
  return verbs.map((verb) => {
    const collection = OF_COLLECTIONS.has(verb) && subresource === undefined
    const path = [
      root,
      ...(namespaced ? ['namespaces', NAMESPACE] : []),
      plural,
      ...(collection ? [] : [NAME]),
      ...(subresource === undefined ? [] : [subresource]),
    ].join('/')
    const query = verb === 'watch' ? '?watch=true&timeoutSeconds=1' : '?dryRun=All'
    return {
      method: METHODS[verb] ?? 'OPTIONS',
      url: path + query,
      rule: { apiGroups: [group], resources: [name], verbs: [verb] },
    }
  })
}

const PATHS = [
  '/api',
  '/api/v1',
  '/apis',
  '/apis/apps',
  '/apis/apps/v1',
  '/openapi/v2',
  '/openapi/v3',
  '/openapi/v3/api/v1',
  '/openapi/v3/apis/apps/v1',
  '/metrics',
  '/naru/backup',
  '/.well-known/openid-configuration',
  '/openid/v1/jwks',
  '/nothing/here',
]
const OPEN_PATHS = ['/livez', '/readyz', '/healthz', '/livez/ping', '/readyz/ping', '/healthz/ping']

describe('every route', () => {
  let cluster: TestCluster
  let routes: Route[]

  /** Status and, for refusals, the Status' words. */
  async function ask(method: ApiRequest['method'], url: string): Promise<{ code: number; text: string }> {
    const gone = new AbortController()
    const contentType = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
    const body = method === 'GET' || method === 'DELETE' ? '' : '{}'
    const response = await cluster.server.exchangeAs(WALKER)({
      method,
      url,
      headers: { 'content-type': contentType },
      body,
      signal: gone.signal,
    })
    const text = response.status === 403 ? await bodyText(response) : ''
    gone.abort()
    if (typeof response.body === 'object' && Symbol.asyncIterator in response.body)
      for await (const _chunk of response.body) break
    return { code: response.status, text }
  }

  const isRefusedForWantOfRights = ({ code, text }: { code: number; text: string }) =>
    code === 403 && text.includes('User \\"walker\\" cannot ')

  async function grant(rules: k8s.PolicyRule[]): Promise<void> {
    const { client } = cluster
    const metadata = { name: 'walker' }
    await client.patch(resources.clusterroles, metadata, { rules })
  }

  beforeAll(async () => {
    cluster = await openTestCluster()
    const { client } = cluster
    const metadata = { name: 'walker' }
    await client.create(resources.clusterroles, { metadata, rules: [] })
    const apiGroup = 'rbac.authorization.k8s.io'
    await client.create(resources.clusterrolebindings, {
      metadata,
      roleRef: { apiGroup, kind: 'ClusterRole', name: 'walker' },
      subjects: [{ kind: 'User', name: 'walker', apiGroup }],
    })
    routes = await servedRoutes(cluster)
  })
  afterAll(() => cluster[Symbol.asyncDispose]())

  it('is found in discovery', () => {
    expect(routes.length).toBeGreaterThan(400)
    expect(routes.map(({ rule }) => `${rule.resources?.join()} ${rule.verbs.join()}`)).toEqual(
      expect.arrayContaining(['pods list', 'pods/log get', 'deployments/scale patch', 'secrets deletecollection']),
    )
  })

  it('is refused without a right, with a Status that says what is missing', async () => {
    await grant([])
    for (const { method, url, rule } of routes) {
      const { code, text } = await ask(method, url)
      expect({ method, url, code }).toEqual({ method, url, code: 403 })
      const status = JSON.parse(text) as k8s.Status
      expect(status).toMatchObject({ kind: 'Status', status: 'Failure', reason: 'Forbidden', code: 403 })
      expect(status.message).toContain(
        `User "walker" cannot ${rule.verbs[0]} resource "${rule.resources?.[0]}" in API group "${rule.apiGroups?.[0]}"`,
      )
    }
  })

  it('is refused with all rights but the one', async () => {
    const everything: k8s.PolicyRule[] = routes.map(({ rule }) => rule)
    for (const { method, url, rule } of routes.filter((_, index) => index % 9 === 0)) {
      await grant(everything.filter((other) => JSON.stringify(other) !== JSON.stringify(rule)))
      expect({ url, refused: isRefusedForWantOfRights(await ask(method, url)) }).toEqual({ url, refused: true })
    }
  })

  it('is let through with exactly the one right', async () => {
    for (const { method, url, rule } of routes) {
      await grant([rule])
      const answer = await ask(method, url)
      expect({ method, url, refused: isRefusedForWantOfRights(answer) }).toEqual({ method, url, refused: false })
    }
  })

  it.each(PATHS)('%s is refused without the right to it, and let through with it', async (path) => {
    await grant([])
    const { code, text } = await ask('GET', path)
    expect(code).toBe(403)
    expect((JSON.parse(text) as k8s.Status).message).toBe(`forbidden: User "walker" cannot get path "${path}"`)
    await grant([{ nonResourceURLs: [path], verbs: ['get'] }])
    expect((await ask('GET', path)).code).not.toBe(403)
    expect((await ask('POST', path)).code).toBe(403)
  })

  it.each(OPEN_PATHS)('%s is open to all', async (path) => {
    await grant([])
    expect((await ask('GET', path)).code).toBe(200)
  })
})

async function servedRoutes({ exchange }: TestCluster): Promise<Route[]> {
  const read = async <T>(url: string): Promise<T> => {
    const signal = new AbortController().signal
    return JSON.parse(await bodyText(await exchange({ method: 'GET', url, headers: {}, body: '', signal }))) as T
  }
  const { groups } = await read<{ groups: { name: string; versions: { groupVersion: string }[] }[] }>('/apis')
  const roots = [
    { root: '/api/v1', group: '' },
    ...groups.flatMap(({ name, versions }) =>
      versions.map(({ groupVersion }) => ({ root: `/apis/${groupVersion}`, group: name })),
    ),
  ]
  const lists = roots.map(async ({ root, group }) => {
    const { resources: served } = await read<{ resources: Served[] }>(root)
    return served.flatMap((resource) => routesOf(root, group, resource))
  })
  return (await Promise.all(lists)).flat()
}
