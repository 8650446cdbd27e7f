import { expect, it } from 'vitest'
import { nodeAccess } from './node-access.ts'

it.each([
  ['GET', '/metrics', 'get', ['metrics']],
  ['GET', '/metrics/cadvisor', 'get', ['metrics']],
  ['GET', '/metrics/resource', 'get', ['metrics']],
  ['GET', '/metrics-of-another', 'get', ['proxy']],
  ['GET', '/stats', 'get', ['stats']],
  ['POST', '/stats/summary', 'create', ['stats']],
  ['GET', '/logs/', 'get', ['log']],
  ['GET', '/logs/syslog', 'get', ['log']],
  ['POST', '/checkpoint/ns/pod/c', 'create', ['checkpoint']],
  ['GET', '/statusz', 'get', ['statusz']],
  ['GET', '/flagz', 'get', ['configz']],
  ['GET', '/healthz', 'get', ['healthz', 'proxy']],
  ['GET', '/healthz/ping', 'get', ['healthz', 'proxy']],
  ['GET', '/configz', 'get', ['configz', 'proxy']],
  ['GET', '/pods', 'get', ['pods', 'proxy']],
  ['GET', '/pods/', 'get', ['pods', 'proxy']],
  ['GET', '/podsy', 'get', ['proxy']],
  ['GET', '/runningpods/', 'get', ['pods', 'proxy']],
  ['GET', '/containerLogs/ns/pod/c', 'get', ['proxy']],
  ['POST', '/exec/ns/pod/c', 'create', ['proxy']],
  ['GET', '/exec/ns/pod/c', 'get', ['proxy']],
  ['POST', '/run/ns/pod/c', 'create', ['proxy']],
  ['GET', '/', 'get', ['proxy']],
  ['GET', '/constructor', 'get', ['proxy']],
  ['PUT', '/debug/flags/v', 'update', ['proxy']],
  ['PATCH', '/x', 'patch', ['proxy']],
  ['DELETE', '/x', 'delete', ['proxy']],
  ['HEAD', '/metrics', '', ['metrics']],
  ['OPTIONS', '/pods', '', ['pods', 'proxy']],
])('%s %s asks for %s of %j', (method, path, verb, subresources) => {
  expect(nodeAccess(method, path)).toEqual({ verb, subresources })
})
