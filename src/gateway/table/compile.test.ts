import { describe, expect, it } from 'vitest'
import type { gatewayApi, k8s } from '../../api/index.ts'
import type { Snapshot } from '../snapshot.ts'
import { compileTable } from './compile.ts'
import { changePath } from './filters.ts'
import { findRule } from './find-rule.ts'
import { routeProblems } from './route-rules.ts'
import { compilePattern } from './safe-pattern.ts'

const gateway: gatewayApi.Gateway = {
  metadata: { name: 'naru', namespace: 'naru-system' },
  spec: {
    gatewayClassName: 'naru',
    listeners: [{ name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'All' } } }],
  },
}

type Endpoints = [address: string, conditions: k8s.EndpointConditions][]

function snapshot(
  parts: Partial<Pick<Snapshot, 'routes' | 'ingresses' | 'gateways' | 'labelsOf' | 'grants'>> & {
    endpoints?: Endpoints
  },
): Snapshot {
  const service = { metadata: { name: 'any' }, spec: { ports: [{ port: 80, name: 'web', targetPort: 'http' }] } }
  const slice: k8s.EndpointSlice = {
    metadata: { name: 'any-1' },
    addressType: 'IPv4',
    ports: [{ name: 'web', port: 8080 }],
    endpoints: (parts.endpoints ?? [['10.0.0.1', { ready: true }]]).map(([address, conditions]) => ({
      addresses: [address],
      conditions,
    })),
  }
  return {
    gateways: [gateway],
    routes: [],
    ingresses: [],
    service: (key) => (key.endsWith('/missing') ? undefined : service),
    slices: () => [slice],
    certificate: () => undefined,
    grants: [],
    labelsOf: () => undefined,
    className: 'naru',
    ...parts,
  }
}

interface RouteOptions {
  hostnames?: string[]
  rules?: gatewayApi.HTTPRouteRule[]
  created?: string
  namespace?: string
}

/** A route whose app is its name. */
function route(
  name: string,
  { hostnames, rules, created, namespace = 'default' }: RouteOptions = {},
): gatewayApi.HTTPRoute {
  return {
    metadata: { name, namespace, creationTimestamp: created ?? '2026-01-01T00:00:00Z' },
    spec: {
      parentRefs: [{ name: 'naru', namespace: 'naru-system' }],
      hostnames,
      rules: (rules ?? [{}]).map((rule) => ({ backendRefs: [{ name, port: 80 }], ...rule })),
    },
  }
}

const prefix = (value: string): gatewayApi.HTTPRouteMatch => ({ path: { type: 'PathPrefix', value } })
const exact = (value: string): gatewayApi.HTTPRouteMatch => ({ path: { type: 'Exact', value } })

function find(of: Snapshot, host: string, url = '/', rest: { method?: string; headers?: Record<string, string> } = {}) {
  const [path = '', query = ''] = url.split('?')
  const request = { host, path, query, method: rest.method ?? 'GET', headers: rest.headers ?? {} }
  return findRule(compileTable(of).http, request).rule
}

describe('the host', () => {
  const of = snapshot({
    routes: [
      route('any'),
      route('wild', { hostnames: ['*.example.com'] }),
      route('deep', { hostnames: ['*.b.example.com'] }),
      route('exact', { hostnames: ['A.example.com'], rules: [{ matches: [prefix('/only')] }] }),
    ],
  })
  it.each([
    ['a.example.com', '/only', 'exact'],
    ['a.example.com', '/else', 'wild'],
    ['x.y.example.com', '/', 'wild'],
    ['a.b.example.com', '/', 'deep'],
    ['example.com', '/', 'any'],
    ['other.org', '/', 'any'],
  ])('%s%s goes to %s', (host, path, app) => expect(find(of, host, path)?.app).toBe(app))
})

describe('a host that two namespaces ask for', () => {
  const paths = [{ matches: [prefix('/login')] }]
  const hosts = ['www.example.com', 'Shop.team.localhost']
  const of = snapshot({
    routes: [
      route('squatter', { namespace: 'other', hostnames: hosts, created: '2026-01-01T00:00:00Z' }),
      route('team', { namespace: 'team', hostnames: [...hosts, 'team.example.com'], created: '2026-02-01T00:00:00Z' }),
      route('thief', {
        namespace: 'other',
        hostnames: ['team.example.com'],
        rules: paths,
        created: '2026-03-01T00:00:00Z',
      }),
    ],
    ingresses: [
      {
        metadata: { name: 'ingress', namespace: 'other', creationTimestamp: '2026-03-01T00:00:00Z' },
        spec: {
          rules: [
            {
              host: 'team.example.com',
              http: { paths: [{ path: '/pay', pathType: 'Prefix', backend: { service: { name: 'ingress' } } }] },
            },
          ],
        },
      },
    ],
  })
  it.each([
    ['www.example.com', '/', 'squatter', 'who asked first'],
    ['shop.team.localhost', '/', 'team', 'whose name is in it'],
    ['team.example.com', '/login', 'team', 'who has it, at each of its paths'],
    ['team.example.com', '/pay', 'team', 'who has it, whatever an Ingress says'],
  ])('%s%s is served by %s: %s', (host, path, app) => expect(find(of, host, path)?.app).toBe(app))
})

describe('a path that a host has no match for', () => {
  const login = [{ matches: [prefix('/login')] }]
  const of = snapshot({
    routes: [
      route('team', { namespace: 'team', hostnames: ['shop.example.com'], rules: login }),
      route('team-wild', { namespace: 'team', hostnames: ['*.wild.example.com'], rules: login }),
      route('other-wild', { namespace: 'other', hostnames: ['*.example.com'] }),
      route('other-any', { namespace: 'other' }),
      route('team-any', { namespace: 'team', rules: [{ matches: [prefix('/any')] }] }),
    ],
  })
  it.each([
    ['shop.example.com', '/login', 'team'],
    ['shop.example.com', '/', undefined],
    ['shop.example.com', '/any', 'team-any'],
    ['a.wild.example.com', '/', undefined],
    ['a.wild.example.com', '/any', 'team-any'],
    ['free.example.com', '/any', 'other-wild'],
    ['free.example.org', '/any', 'team-any'],
    ['free.example.org', '/', 'other-any'],
  ])('is left to nobody of another namespace: %s%s goes to %s', (host, path, app) =>
    expect(find(of, host, path)?.app).toBe(app),
  )
})

describe('the order of matches', () => {
  const of = snapshot({
    routes: [
      route('root'),
      route('long', { rules: [{ matches: [prefix('/a/b')] }] }),
      route('short', { rules: [{ matches: [prefix('/a/')] }] }),
      route('exact', { rules: [{ matches: [exact('/a')] }] }),
      route('post', { rules: [{ matches: [{ ...prefix('/a/b'), method: 'POST' }] }] }),
      route('header', { rules: [{ matches: [{ ...prefix('/a'), headers: [{ name: 'X-V', value: '2' }] }] }] }),
      route('query', { rules: [{ matches: [{ ...prefix('/a'), queryParams: [{ name: 'q', value: 'a b' }] }] }] }),
      route('younger', { rules: [{ matches: [prefix('/same')] }], created: '2026-03-01T00:00:00Z' }),
      route('older', { rules: [{ matches: [prefix('/same')] }], created: '2026-02-01T00:00:00Z' }),
      route('regex', { rules: [{ matches: [{ path: { type: 'RegularExpression', value: '/user/[0-9]+' } }] }] }),
    ],
  })
  it.each([
    ['/', {}, 'root'],
    ['/abc', {}, 'root'],
    ['/a', {}, 'exact'],
    ['/a/', {}, 'short'],
    ['/a/b', {}, 'long'],
    ['/a/b/c', {}, 'long'],
    ['/a/bc', {}, 'short'],
    ['/a/b', { method: 'POST' }, 'post'],
    ['/a/x', { headers: { 'x-v': '2' } }, 'header'],
    ['/a/x', { headers: { 'x-v': '3' } }, 'short'],
    ['/a/x?q=a+b', {}, 'query'],
    ['/a/x?q=a', {}, 'short'],
    ['/same', {}, 'older'],
    ['/user/42', {}, 'regex'],
    ['/user/me', {}, 'root'],
  ])('%s %j goes to %s', (url, rest, app) => expect(find(of, 'h', url, rest)?.app).toBe(app))
})

describe('which routes are served', () => {
  const listener = { name: 'http', port: 80, protocol: 'HTTP' }

  it('leaves out routes of other gateways and namespaces that are not let in', () => {
    const same = { ...gateway, spec: { ...gateway.spec, listeners: [listener] } }
    expect(find(snapshot({ routes: [route('r')], gateways: [same] }), 'h')).toBeUndefined()
    expect(find(snapshot({ routes: [route('r')], gateways: [] }), 'h')).toBeUndefined()
  })

  it('lets in routes of namespaces whose labels a listener selects', () => {
    const selecting = (selector?: k8s.LabelSelector): gatewayApi.Gateway => {
      const allowedRoutes = { namespaces: { from: 'Selector', selector } }
      return { ...gateway, spec: { ...gateway.spec, listeners: [{ ...listener, allowedRoutes }] } }
    }
    const labels: Record<string, Record<string, string>> = { shop: { team: 'shop' }, bank: { team: 'bank' } }
    const served = (namespace: string, selector?: k8s.LabelSelector) => {
      const routes = [route('r', { namespace })]
      return find(snapshot({ gateways: [selecting(selector)], routes, labelsOf: (name) => labels[name] }), 'h')?.app
    }
    expect(served('shop', { matchLabels: { team: 'shop' } })).toBe('r')
    expect(served('bank', { matchLabels: { team: 'shop' } })).toBeUndefined()
    expect(served('gone', { matchLabels: { team: 'shop' } })).toBeUndefined()
    expect(served('shop')).toBeUndefined()
  })

  it('serves the hosts that route and listener have in common', () => {
    const listeners = [
      { name: 'l', port: 80, protocol: 'HTTP', hostname: '*.a.com', allowedRoutes: { namespaces: { from: 'All' } } },
    ]
    const gateways = [{ ...gateway, spec: { ...gateway.spec, listeners } }]
    const of = snapshot({ gateways, routes: [route('r', { hostnames: ['x.a.com', 'x.b.com'] })] })
    expect(find(of, 'x.a.com')?.app).toBe('r')
    expect(find(of, 'x.b.com')).toBeUndefined()
  })

  it('knows the page of an app in maintenance, and no other extension', () => {
    const filter = (kind: string) => ({
      type: 'ExtensionRef',
      extensionRef: { group: 'apps.naru.dev', kind, name: 'hello' },
    })
    const found = (kind: string, annotations: Record<string, string> = {}) => {
      const object = route('hello', { rules: [{ filters: [filter(kind)], backendRefs: [] }] })
      const of = snapshot({ routes: [{ ...object, metadata: { ...object.metadata, annotations } }] })
      return { rule: find(of, 'h'), problems: routeProblems(object) }
    }
    const message = { 'apps.naru.dev/maintenance-message': 'Back at ten' }
    expect(found('App', message)).toMatchObject({ rule: { maintenance: 'Back at ten' }, problems: [] })
    expect(found('App').rule?.maintenance).toBe('')
    expect(found('Other').problems).toEqual(['the filter ExtensionRef is not supported'])
    expect(found('Other').rule?.maintenance).toBeUndefined()
  })

  it('sends to a Service of another namespace what that one grants', () => {
    const routes = [route('r', { rules: [{ backendRefs: [{ name: 'api', namespace: 'bank', port: 80 }] }] })]
    const from = { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'default' }
    const backend = (to: { kind: string; name?: string }, own: object = {}) => {
      const spec = { from: [{ ...from, ...own }], to: [{ group: '', ...to }] }
      const grants = [{ metadata: { name: 'g', namespace: 'bank' }, spec }]
      return find(snapshot({ routes, grants }), 'h')?.backends[0]
    }
    expect(backend({ kind: 'Service' })).toMatchObject({ service: 'bank/api', problem: undefined })
    expect(backend({ kind: 'Service', name: 'api' })?.problem).toBeUndefined()
    const refused = 'no ReferenceGrant in bank lets HTTPRoutes of default use the Service api'
    for (const other of [
      backend({ kind: 'Service', name: 'b' }),
      backend({ kind: 'Secret' }),
      backend({ kind: 'Service' }, { namespace: 'x' }),
    ])
      expect(other?.problem).toEqual({ text: refused, broken: true })
  })

  it('says what is wrong with a backend instead of leaving it out', () => {
    const problem = (ref: gatewayApi.HTTPBackendRef) =>
      find(snapshot({ routes: [route('r', { rules: [{ backendRefs: [ref] }] })] }), 'h')?.backends[0]?.problem
    expect(problem({ name: 'missing', port: 80 })?.text).toBe('the service missing does not exist')
    expect(problem({ name: 'any', port: 81 })?.text).toBe('the service any has no port 81')
    expect(problem({ name: 'any', port: 80, namespace: 'other' })?.broken).toBe(true)
    expect(problem({ name: 'any', port: 80 })).toBeUndefined()
  })
})

describe('endpoints', () => {
  const ready = { ready: true, serving: true, terminating: false }
  const starting = { ready: false, serving: false, terminating: false }
  const leaving = { ready: false, serving: true, terminating: true }
  const gone = { ready: false, serving: false, terminating: true }
  it.each<[string, Endpoints, string[], string | undefined]>([
    [
      'the ready ones',
      [
        ['1.1.1.1', ready],
        ['1.1.1.2', leaving],
        ['1.1.1.3', starting],
      ],
      ['1.1.1.1:8080'],
      undefined,
    ],
    [
      'those that leave when none is ready',
      [
        ['1.1.1.2', leaving],
        ['1.1.1.3', starting],
      ],
      ['1.1.1.2:8080'],
      undefined,
    ],
    [
      'none when none can answer',
      [
        ['1.1.1.3', starting],
        ['1.1.1.4', gone],
      ],
      [],
      'r has no ready pod: 1 pod is starting, 1 pod is stopping',
    ],
    ['none without pods', [], [], 'r has no ready pod: it has no pods'],
    ['ready when nothing is said', [['1.1.1.1', {}]], ['1.1.1.1:8080'], undefined],
  ])('are %s', (_name, endpoints, ids, problem) => {
    const backend = find(snapshot({ routes: [route('r')], endpoints }), 'h')?.backends[0]
    expect(backend?.endpoints.map(({ id }) => id)).toEqual(ids)
    expect(backend?.problem?.text).toBe(problem)
  })
})

it.each([
  ['/old/', '/new', '/old/x', '/new/x'],
  ['/old', '/', '/old', '/'],
  ['/old', '/', '/old/x', '/x'],
  ['/', '/v1', '/x', '/v1/x'],
])('rewrites the prefix %s by %s: %s becomes %s', (value, replacePrefixMatch, path, wished) => {
  const filters = [
    { type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch' as const, replacePrefixMatch } } },
  ]
  const rule = find(snapshot({ routes: [route('r', { rules: [{ matches: [prefix(value)], filters }] })] }), 'h', path)
  expect(rule?.filters.rewritePath && changePath(rule.filters.rewritePath, path)).toBe(wished)
})

it.each(['(a+)+$', '(a|a)*b', '(?=a)', '(.)\\1', 'a*b*c*d*', '[', 'x'.repeat(300)])(
  'refuses the pattern %j',
  (source) => {
    expect(compilePattern(source)).toHaveProperty('problem')
  },
)
