import { describe, expect, it } from 'vitest'
import { isDigest } from './digest.ts'
import { isRepositoryName, isTag, parseImageReference } from './reference.ts'

const hex = 'a'.repeat(64)

describe('isRepositoryName', () => {
  it.each(['a', 'default/hello', 'a.b/c_d/e__f/g-h', 'a--b'])('takes %s', (name) =>
    expect(isRepositoryName(name)).toBe(true),
  )
  it.each(['', '/', 'A', 'a/', '/a', 'a..b', 'a/../b', 'a_', '_a', 'a b', 'a:b', 'a'.repeat(256)])(
    'refuses %j',
    (name) => expect(isRepositoryName(name)).toBe(false),
  )
})

describe('isTag and isDigest', () => {
  it.each([
    ['latest', true],
    ['v1.0_x', true],
    ['.x', false],
    ['-x', false],
    ['a/b', false],
    ['x'.repeat(129), false],
  ])('tag %s', (tag, ok) => expect(isTag(tag)).toBe(ok))
  it.each([
    [`sha256:${hex}`, true],
    [`sha512:${hex}${hex}`, true],
    [`sha256:${hex}a`, false],
    [`sha256:${'A'.repeat(64)}`, false],
    [`md5:${hex}`, false],
  ])('digest %s', (digest, ok) => expect(isDigest(digest)).toBe(ok))
})

describe('parseImageReference', () => {
  it.each([
    ['registry.naru.localhost/ns/app', { registry: 'registry.naru.localhost', repository: 'ns/app' }],
    ['localhost:5000/app:v1', { registry: 'localhost:5000', repository: 'app', tag: 'v1' }],
    [`r/app@sha256:${hex}`, { registry: 'r', repository: 'app', digest: `sha256:${hex}` }],
    [`r/app:v1@sha256:${hex}`, { registry: 'r', repository: 'app', tag: 'v1', digest: `sha256:${hex}` }],
  ])('reads %s', (text, parts) => expect(parseImageReference(text)).toEqual(parts))

  it.each(['app', 'r/', 'r/App', 'r/a@sha256:1', 'r/a@x@y', 'r/a:', 'r:x/a', ' r/a'])('refuses %j', (text) =>
    expect(parseImageReference(text)).toBeUndefined(),
  )
})
