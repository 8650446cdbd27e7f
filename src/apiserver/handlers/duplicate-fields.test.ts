import { afterAll, beforeAll, expect, test } from 'vitest'
import { call } from '../../../test/harness/call.ts'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'

let cluster: TestCluster
beforeAll(async () => {
  cluster = await openTestCluster()
})
afterAll(() => cluster[Symbol.asyncDispose]())

const JSON_TEXT = '{"metadata":{"name":"m"},"unknown":"x","data":{"a":"1","a":"2"}}'
const YAML_TEXT = 'metadata: {name: m}\nunknown: x\ndata:\n  a: "1"\n  a: "2"\n'
const post = (text: string, type: string, validation: string) =>
  call(cluster.exchange, 'POST', `/api/v1/namespaces/default/configmaps?dryRun=All&fieldValidation=${validation}`, {
    text,
    headers: { 'content-type': `application/${type}` },
  })

test.each([
  ['json', JSON_TEXT, 'unknown field "unknown", duplicate field "data.a"'],
  ['yaml', YAML_TEXT, 'yaml: unmarshal errors:\n  line 5: key "a" already set in map, unknown field "unknown"'],
])('a key that is there twice in %s is refused, warned of or ignored', async (type, text, why) => {
  const strict = await post(text, type, 'Strict')
  expect([strict.status, strict.json.message]).toEqual([
    400,
    `ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: ${why}`,
  ])
  const warned = await post(text, type, 'Warn')
  expect([warned.status, warned.json['data']]).toEqual([201, { a: '2' }])
  expect(warned.headers['warning']).toContain(type === 'json' ? 'duplicate field' : 'already set in map')
  expect((await post(text, type, 'Ignore')).headers['warning']).toBeUndefined()
})
