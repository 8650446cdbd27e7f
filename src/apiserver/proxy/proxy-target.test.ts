import { describe, expect, it } from 'vitest'
import { comesBack, isProxyable, parseProxyName, passesOn, pathBehindProxy } from './proxy-target.ts'

describe('what a request on `proxy` is for', () => {
  it.each([
    ['web', { scheme: 'http', name: 'web', port: '' }],
    ['web:8080', { scheme: 'http', name: 'web', port: '8080' }],
    ['https:web:', { scheme: 'https', name: 'web', port: '' }],
    [':web:http', { scheme: 'http', name: 'web', port: 'http' }],
    ['ftp:web:21', undefined],
    ['a:b:c:d', undefined],
    [':', undefined],
  ])('%s', (text, expected) => {
    expect(parseProxyName(text)).toEqual(expected)
  })

  it.each([
    ['/api/v1/namespaces/a/pods/web/proxy', ''],
    ['/api/v1/namespaces/a/pods/web/proxy/', '/'],
    ['/api/v1/namespaces/a/services/http:web:80/proxy/x//y%20z/', '/x//y%20z/'],
    ['/api/v1/nodes/one/proxy/proxy/2', '/proxy/2'],
    ['/api/v1/namespaces/a/pods/web/proxying', ''],
  ])('the path behind %s is %j', (path, behind) => {
    expect(pathBehindProxy(path)).toBe(behind)
  })

  it.each([
    ['10.244.0.7', true],
    ['fd00::7', true],
    ['127.0.0.1', false],
    ['::ffff:127.0.0.1', false],
    ['169.254.169.254', false],
    ['0.0.0.0', false],
    ['::1', false],
    ['fe80::1', false],
    ['web.example.com', false],
    ['', false],
  ])('%s may be reached: %s', (ip, may) => {
    expect(isProxyable(ip)).toBe(may)
  })

  it('credentials and what is about the connection stay here', () => {
    const headers = ['authorization', 'impersonate-user', 'connection', 'host', 'accept', 'x-own']
    expect(headers.filter(passesOn)).toEqual(['accept', 'x-own'])
    expect(['transfer-encoding', 'content-type', 'location'].filter(comesBack)).toEqual(['content-type', 'location'])
  })
})
