import { expect, it } from 'vitest'
import { checkOrigins } from './composer-lock.ts'

const check = (dist: object) => checkOrigins(JSON.stringify({ packages: [{ name: 'a/b', dist }] }), '/app')

it.each([
  'https://example.com/a.zip',
  'HTTP://example.com/a.zip',
  'packages/a',
  './archives/a.zip',
  '/app/packages/a',
  'file:///app/mirror/a.zip',
])('lets a package come from %s', (url) => {
  expect(() => check({ url })).not.toThrow()
})

it.each([
  '/tmp',
  '/application/a',
  '../composer',
  'packages/../../tmp/composer',
  '.',
  'file:///tmp/composer/auth.json',
  'FILE:///proc/self/environ',
  'file://localhost/tmp/composer/auth.json',
  '%package%',
  'phar:///tmp/a.phar/b',
  'php://filter/resource=/etc/passwd',
])('lets none come from %s', (url) => {
  const refused = expect.objectContaining({ reason: 'ComposerJsonInvalid', message: expect.stringContaining(url) })
  expect(() => check({ url })).toThrow(refused)
  expect(() => check({ url: 'https://example.com/a.zip', mirrors: [{ url }] })).toThrow(refused)
})

it('reads objects where PHP does', () => {
  const lock = { packages: { first: { name: 'a/b', dist: { url: 'a', mirrors: { first: { url: '/tmp' } } } } } }
  expect(() => checkOrigins(JSON.stringify(lock), '/app')).toThrow('/tmp')
})

it('has nothing to say of a package that is no archive', () => {
  expect(() => checkOrigins('{"packages":[{"name":"a/b"}]}', '/app')).not.toThrow()
})
