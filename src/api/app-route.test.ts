import { expect, it } from 'vitest'
import { parseRedirect } from './app-route.ts'

it.each([
  ['https://www.example.com', { scheme: 'https', hostname: 'www.example.com' }],
  ['HTTP://Example.com:8080/New', { scheme: 'http', hostname: 'example.com', port: 8080, path: '/New' }],
  ['//shop.localhost/new', { hostname: 'shop.localhost', path: '/new' }],
  ['/new', { path: '/new' }],
  ['/', { path: '/' }],
  ['', undefined],
  ['new', undefined],
  ['//', undefined],
  ['ftp://example.com', undefined],
  ['https://example.com:0', undefined],
  ['https://example.com:70000', undefined],
  ['https://example.com/a?b=c', undefined],
  ['https://user@example.com', undefined],
  ['https://exa mple.com', undefined],
])('%s leads to %j', (to, target) => expect(parseRedirect(to)).toEqual(target))
