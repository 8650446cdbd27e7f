import { describe, expect, it } from 'vitest'
import type { App, AppRoute } from '../../api/index.ts'
import {
  formatRouteAt,
  parseHeaders,
  parseRouteAt,
  type RouteFlags,
  routeWith,
  withoutRoute,
  withRoute,
} from './routes.ts'

const appOf = (routes: AppRoute[], hosts?: string[]): App => ({
  metadata: { name: 'shop' },
  spec: { image: 'i', routes, ...(hosts && { hosts }) },
})

describe('where a route is', () => {
  it.each([
    ['WWW.example.com', 'www.example.com', '/', 'www.example.com'],
    ['example.com/v1/', 'example.com', '/v1', 'example.com/v1'],
    ['/old', undefined, '/old', '/old'],
    ['/', undefined, '/', '/'],
    ['www.example.com.', 'www.example.com', '/', 'www.example.com'],
  ])('%s', (word, host, path, formatted) => {
    expect(parseRouteAt(word)).toEqual({ host, path })
    expect(formatRouteAt(parseRouteAt(word))).toBe(formatted)
  })
  it.each(['', 'http://example.com', 'a b', 'example.com:80', '*.example.com', 'a..b', '.', '/old?a=b', '/old#a'])(
    'is not %j',
    (word) => expect(() => parseRouteAt(word)).toThrow('badOptionValue'),
  )
})

describe('what is wished of a route', () => {
  const at = { host: undefined, path: '/old' }
  const wish = (flags: Partial<RouteFlags>) => routeWith(at, { header: [], requestHeader: [], ...flags })
  it.each<[Partial<RouteFlags>, AppRoute]>([
    [{}, { path: '/old' }],
    [{ redirect: '//example.com' }, { path: '/old', redirect: { to: '//example.com' } }],
    [
      { redirect: '/new', permanent: true },
      { path: '/old', redirect: { to: '/new', status: 301 } },
    ],
    [{ rewrite: '/' }, { path: '/old', rewritePrefix: '/' }],
    [{ header: ['A=b'] }, { path: '/old', responseHeaders: { set: [{ name: 'A', value: 'b' }] } }],
    [{ requestHeader: ['A='] }, { path: '/old', requestHeaders: { remove: ['A'] } }],
  ])('%j', (flags, route) => expect(wish(flags)).toEqual(route))
  it.each<[Partial<RouteFlags>, { code: string; parameters: object }]>([
    [{ redirect: 'new' }, { code: 'badOptionValue', parameters: { option: '--redirect' } }],
    [{ redirect: '/new?a=b' }, { code: 'badOptionValue', parameters: { option: '--redirect' } }],
    [{ rewrite: 'v1' }, { code: 'badOptionValue', parameters: { option: '--rewrite' } }],
    [{ permanent: true }, { code: 'optionNeeds', parameters: { needed: '--redirect' } }],
    [
      { redirect: '/new', rewrite: '/' },
      { code: 'optionsExclude', parameters: { other: '--rewrite' } },
    ],
    [
      { redirect: '/new', header: ['A=b'] },
      { code: 'optionsExclude', parameters: { other: '--header' } },
    ],
  ])('is refused where it means nothing: %j', (flags, { code, parameters }) => {
    const refusal = { code, parameters: expect.objectContaining(parameters) as unknown }
    expect(() => wish(flags)).toThrow(expect.objectContaining(refusal))
  })
})

describe('the routes of an app', () => {
  const old = { path: '/old', redirect: { to: '/new' } }
  it('gain one, or have it in the place of the one that was there', () => {
    const api = { host: 'api.example' }
    expect(withRoute(appOf([old]), api)).toEqual([old, api])
    expect(withRoute(appOf([old, api]), { path: '/old/', rewritePrefix: '/' })).toEqual([
      { path: '/old/', rewritePrefix: '/' },
      api,
    ])
  })
  it('lose the one that is named', () => {
    const at = parseRouteAt
    expect(withoutRoute(appOf([old, { host: 'a.example' }]), at('/old'))).toEqual({ routes: [{ host: 'a.example' }] })
    expect(withoutRoute(appOf([old]), at('/old'))).toEqual({ routes: null })
    expect(withoutRoute(appOf([old], ['a.example', 'b.example']), at('A.example'))).toEqual({ hosts: ['b.example'] })
    expect(withoutRoute(appOf([old], ['a.example']), at('a.example'))).toEqual({ hosts: null })
    expect(() => withoutRoute(appOf([old], ['a.example']), at('a.example/x'))).toThrow(
      expect.objectContaining({
        code: 'routeUnknown',
        parameters: { name: 'shop', route: 'a.example/x', known: 'a.example, /old' },
      }),
    )
    expect(() => withoutRoute(appOf([]), at('/x'))).toThrow(expect.objectContaining({ code: 'routeUnknownNone' }))
  })
})

it('headers are set with a value and taken away without', () => {
  expect(parseHeaders('--header', [])).toBeUndefined()
  expect(parseHeaders('--header', ['X-A=b=c', 'Server='])).toEqual({
    set: [{ name: 'X-A', value: 'b=c' }],
    remove: ['Server'],
  })
  expect(() => parseHeaders('--header', ['X-A'])).toThrow('badOptionValue')
})
