import { expect, test } from 'vitest'
import { apps, type AppRoute } from '../../app-types.ts'
import { problemsOf } from '../testing/problems.ts'

const problems = (spec: object) => problemsOf(apps, { metadata: { name: 'shop' }, spec: { image: 'shop:1', ...spec } })
const header = { name: 'X-A', value: 'b' }

test.each<[route: AppRoute, problems: string[]]>([
  [{ host: 'WWW.example.com', path: '/v1', requestHeaders: { set: [header], remove: ['Server'] } }, []],
  [{ redirect: { to: 'https://example.com/new', status: 301 } }, []],
  [{ path: 'v1' }, ['spec.routes[0].path: Invalid value: "v1": must be an absolute path and start with \'/\'']],
  [{ path: '/a//b' }, ['spec.routes[0].path: Invalid value: "/a//b": must not contain \'//\'']],
  [
    { rewritePrefix: '/a?b' },
    ['spec.routes[0].rewritePrefix: Invalid value: "/a?b": must not contain a question mark or white space'],
  ],
  [
    { redirect: { to: 'new', status: 307 }, rewritePrefix: '/' },
    [
      'spec.routes[0].redirect.status: Unsupported value: 307: supported values: "301", "302"',
      'spec.routes[0].redirect.to: Invalid value: "new": must be a URL or a path, without a query: https://example.com/new, /new',
      'spec.routes[0].rewritePrefix: Forbidden: may not be set together with redirect',
    ],
  ],
  [
    { responseHeaders: { set: [{ name: 'X A', value: 'b' }], add: [{ name: 'X-B', value: 'b\r\nc: d' }] } },
    [
      'spec.routes[0].responseHeaders.add[0].value: Invalid value: "b\\r\\nc: d": must be the value of an HTTP header, on one line',
      'spec.routes[0].responseHeaders.set[0].name: Invalid value: "X A": must be the name of an HTTP header',
    ],
  ],
  [
    { responseHeaders: { set: [header], remove: ['x-a'] } },
    ['spec.routes[0].responseHeaders.remove[0]: Duplicate value: "x-a"'],
  ],
])('the route %j', (route, expected) => expect(problems({ routes: [route] }).toSorted()).toEqual(expected))

test('the same host and path twice are refused, and more routes than an HTTPRoute holds', () => {
  const twice = [
    { host: 'a.example', path: '/x' },
    { host: 'A.example', path: '/x/' },
  ]
  expect(problems({ routes: twice })).toEqual(['spec.routes[1]: Duplicate value: {"host":"A.example","path":"/x/"}'])
  const many = Array.from({ length: 16 }, (_, index) => ({ path: `/${index}` }))
  expect(problems({ routes: many })).toEqual(['spec.routes: Too many: 16: must have at most 15 items'])
})

test('a page for maintenance says no more than fits on it', () => {
  expect(problems({ maintenance: { message: 'Back at ten' } })).toEqual([])
  expect(problems({ maintenance: { message: 'a'.repeat(1001) } })).toEqual([
    'spec.maintenance.message: Too long: may not be more than 1000 bytes',
  ])
})
