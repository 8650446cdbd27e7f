import { expect, test } from 'vitest'
import { call } from '../../../test/harness/call.ts'
import { openTestCluster } from '../../../test/harness/cluster.ts'

const line = (text: string, name: string, ...parts: string[]) =>
  text.split('\n').find((one) => one.startsWith(name) && parts.every((part) => one.includes(part)))

test('requests are counted by verb, resource and code, and timed', async () => {
  await using cluster = await openTestCluster()
  const url = '/api/v1/namespaces/default/configmaps'
  await call(cluster.exchange, 'POST', url, { body: { metadata: { name: 'a' } } })
  await call(cluster.exchange, 'POST', url, { body: { metadata: { name: 'a' } } })
  await call(cluster.exchange, 'GET', url)
  const { status, headers, text } = await call(cluster.exchange, 'GET', '/metrics')
  expect([status, headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
  const created = ['verb="POST"', 'resource="configmaps"', 'scope="namespace"', 'component="apiserver"']
  expect(line(text, 'apiserver_request_total', ...created, 'code="201"')).toMatch(/ 1$/)
  expect(line(text, 'apiserver_request_total', ...created, 'code="409"')).toMatch(/ 1$/)
  expect(line(text, 'apiserver_request_total', 'verb="LIST"', 'resource="configmaps"', 'code="200"')).toMatch(/ 1$/)
  expect(line(text, 'apiserver_request_duration_seconds_count', ...created)).toMatch(/ 2$/)
  expect(line(text, 'apiserver_request_duration_seconds_bucket', 'le="60"', ...created)).toMatch(/ 2$/)
  expect(line(text, 'apiserver_request_duration_seconds_bucket', 'le="+Inf"', ...created)).toMatch(/ 2$/)
  expect(text).toContain('# TYPE apiserver_request_duration_seconds histogram')
  expect(text).toContain('# TYPE apiserver_request_total counter')
  // The request that reads them is one itself.
  expect(line(text, 'apiserver_current_inflight_requests', 'readOnly')).toMatch(/ 1$/)
  expect(line(text, 'process_resident_memory_bytes')).toMatch(/ \d{7,}$/)
  expect(line(text, 'kubernetes_build_info', 'minor="34"')).toMatch(/ 1$/)
})

test('nobody can make up label values', async () => {
  await using cluster = await openTestCluster()
  for (let i = 0; i < 20; i++) await call(cluster.exchange, 'GET', `/apis/made-up-${i}/v1/things/x${i}`)
  const { text } = await call(cluster.exchange, 'GET', '/metrics')
  expect(text).not.toContain('made-up')
  expect(line(text, 'apiserver_request_total', 'verb="GET"', 'code="404"')).toMatch(/ 20$/)
})
