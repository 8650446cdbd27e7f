import { describe, expect, it } from 'vitest'
import { type App, type AppRoute, type gatewayApi } from '../../api/index.ts'
import { appOf, releaseOf } from '../testing.ts'
import { appRoutes, redirectRoutes, tagRoute } from './routing.ts'
import { certificateGateway } from './secure.ts'

const shares = [{ release: releaseOf(1), percent: 100, tag: undefined }]
const backendRefs = [{ name: 'hello-v1', port: 80 }]
const HOST = 'hello.localhost'
const at = (value: string) => [{ path: { type: 'PathPrefix', value } }]

const routesOf = (routes: AppRoute[], spec: Partial<App['spec']> = {}, hosts: string[] = [HOST]) =>
  appRoutes({ app: appOf({ routes, ...spec }), shares, hosts })
const named = (routes: gatewayApi.HTTPRoute[]) =>
  routes.map(({ metadata, spec }) => [metadata.name, spec.hostnames, spec.rules?.length])

describe('the routes of an app', () => {
  it('are one for all its hosts, which leads to it at every path', () => {
    const [only, ...others] = routesOf([], { hosts: ['a', 'b'] }, ['a', 'b'])
    expect(others).toEqual([])
    expect(only?.spec).toMatchObject({ hostnames: ['a', 'b'], rules: [{ backendRefs, filters: [] }] })
  })

  it('without a host are at all of its own', () => {
    const [only] = routesOf([{ path: '/api', rewritePrefix: '/' }], { hosts: ['a', 'b'] }, ['a', 'b'])
    expect(only?.spec).toMatchObject({
      hostnames: ['a', 'b'],
      rules: [
        { matches: at('/api'), filters: [{ type: 'URLRewrite' }], backendRefs },
        { backendRefs, filters: [] },
      ],
    })
  })

  it('with a host are that host’s alone: of one that only they name, no other path is served', () => {
    const routes = routesOf(
      [
        { host: 'API.example', path: '/v1' },
        { host: 'a', path: '/old', redirect: { to: '/new' } },
        { path: '/all', responseHeaders: { remove: ['server'] } },
      ],
      { hosts: ['a', 'b'] },
      ['a', 'b', 'api.example'],
    )
    expect(named(routes)).toEqual([
      ['hello.at.a', ['a'], 3],
      ['hello.at.api.example', ['api.example'], 1],
      ['hello', ['b'], 2],
    ])
  })

  it('make a host one more of the app’s when they are for all its paths: those without a host are there, too', () => {
    const old = { path: '/old', redirect: { to: '/new' } }
    const everywhere = { responseHeaders: { set: [{ name: 'A', value: 'all' }] } }
    const rulesOf = (route: AppRoute, shared: AppRoute[]) => {
      const [own] = routesOf([{ host: 'www.example', ...route }, ...shared], {}, [HOST, 'www.example'])
      expect(own?.spec.hostnames).toEqual(['www.example'])
      return own?.spec.rules?.map(({ matches, filters = [] }) => [
        matches?.[0]?.path?.value,
        ...filters.map(({ type }) => type),
      ])
    }
    expect(rulesOf({}, [old])).toEqual([['/old', 'RequestRedirect'], [undefined]])
    expect(rulesOf({}, [old, everywhere])).toEqual([
      ['/old', 'RequestRedirect'],
      ['/', 'ResponseHeaderModifier'],
    ])
    expect(rulesOf({ requestHeaders: { remove: ['b'] } }, [old, everywhere])).toEqual([
      ['/', 'RequestHeaderModifier'],
      ['/old', 'RequestRedirect'],
    ])
    expect(rulesOf({ redirect: { to: 'https://example' } }, [old])).toEqual([['/', 'RequestRedirect']])
    expect(rulesOf({ rewritePrefix: '/v1' }, [old])).toEqual([['/', 'URLRewrite']])
    expect(rulesOf({ path: '/v1' }, [old])).toEqual([['/v1']])
  })

  it('for a host go before those for all at the same path', () => {
    const [own] = routesOf(
      [
        { path: '/x/', redirect: { to: 'https://all.example' } },
        { host: HOST, path: '/x', redirect: { to: 'https://own.example' } },
      ],
      {},
    )
    const targets = own?.spec.rules?.map(({ filters }) => filters?.[0]?.requestRedirect?.hostname)
    expect(targets).toEqual(['own.example', undefined])
  })

  it('change headers', () => {
    const set = [{ name: 'X-Frame-Options', value: 'DENY' }]
    const [{ spec } = { spec: undefined }] = routesOf([
      { requestHeaders: { add: set }, responseHeaders: { set, remove: ['Server'] } },
    ])
    expect(spec?.rules).toMatchObject([
      {
        matches: at('/'),
        filters: [
          { type: 'RequestHeaderModifier', requestHeaderModifier: { add: set } },
          { type: 'ResponseHeaderModifier', responseHeaderModifier: { set, remove: ['Server'] } },
        ],
        backendRefs,
      },
    ])
    expect(spec?.rules).toHaveLength(1)
  })

  it.each([
    ['https://www.example.com', { scheme: 'https', hostname: 'www.example.com', statusCode: 302 }],
    ['/new', { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/new' }, statusCode: 302 }],
  ])('redirect to %s, without the app', (to, requestRedirect) => {
    const [route] = routesOf([{ path: '/old', redirect: { to } }])
    expect(route?.spec.rules?.[0]).toMatchObject({ backendRefs: [], filters: [{ requestRedirect }] })
  })

  it('of a tag are as those of its hosts', () => {
    const app = appOf({ routes: [{ path: '/api', rewritePrefix: '/' }, { host: 'other' }] })
    const { spec } = tagRoute(app, { release: releaseOf(2), percent: 0, tag: 'next' }, [`next-${HOST}`])
    expect(spec).toMatchObject({
      hostnames: [`next-${HOST}`],
      rules: [{ matches: at('/api') }, { backendRefs: [{ name: 'hello-v2' }] }],
    })
  })

  it('lead nowhere but to the page that says so while the app is in maintenance', () => {
    const routes = routesOf(
      [{ host: 'other' }, { path: '/api', rewritePrefix: '/' }],
      { maintenance: { message: 'Back at ten' } },
      [HOST, 'other'],
    )
    expect(routes).toHaveLength(2)
    for (const { metadata, spec } of routes) {
      expect(metadata.annotations).toEqual({ 'apps.naru.dev/maintenance-message': 'Back at ten' })
      expect(spec.rules).toMatchObject([{ backendRefs: [], filters: [{ type: 'ExtensionRef' }] }])
    }
  })

  const parents = ({ spec }: gatewayApi.HTTPRoute) =>
    spec.parentRefs?.map(({ namespace, name, sectionName = '*' }) => `${namespace}/${name} ${sectionName}`)

  it('are served by HTTP and HTTPS, and with a certificate that was given where there is one', () => {
    const certificates = [{ hosts: ['Shop.example'], secretName: 'shop' }]
    const app = appOf({ hosts: [HOST], routes: [{ host: 'shop.example' }], tls: { certificates } })
    const hosts = [HOST, 'shop.example']
    const both = ['naru-system/naru http', 'naru-system/naru https']
    expect(appRoutes({ app, shares, hosts }).map(parents)).toEqual([[...both, 'default/hello *'], both])
    const gateway = certificateGateway(app, { hosts, className: 'naru', port: 8443 })
    expect(gateway?.spec.listeners).toMatchObject([
      { hostname: 'shop.example', port: 8443, protocol: 'HTTPS', tls: { certificateRefs: [{ name: 'shop' }] } },
    ])
    expect(certificateGateway(app, { hosts: [HOST], className: 'naru', port: 8443 })).toBeUndefined()
  })

  it('are at HTTPS alone when who comes by HTTP is sent there', () => {
    const app = appOf({ tls: { redirect: true } })
    const [main] = appRoutes({ app, shares, hosts: [HOST] })
    expect(main && parents(main)).toEqual(['naru-system/naru https'])
    const hosts = Array.from({ length: 17 }, (_, index) => `h${index}.localhost`)
    const redirects = redirectRoutes(app, hosts, 8443)
    expect(redirects.map(({ metadata, spec }) => [metadata.name, spec.hostnames?.length])).toEqual([
      ['hello.to.https', 16],
      ['hello.to.https.1', 1],
    ])
    expect(redirects[0] && parents(redirects[0])).toEqual(['naru-system/naru http'])
    expect(redirects[0]?.spec.rules).toMatchObject([
      { filters: [{ requestRedirect: { scheme: 'https', port: 8443, statusCode: 302 } }], backendRefs: [] },
    ])
    expect(redirectRoutes(appOf(), hosts, 8443)).toEqual([])
  })
})
