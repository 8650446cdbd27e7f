import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call } from '../../../test/harness/call.ts'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'
const TYPES = { merge: 'merge-patch+json', strategic: 'strategic-merge-patch+json', json: 'json-patch+json' }

let cluster: TestCluster
beforeAll(async () => {
  cluster = await openTestCluster()
  await call(cluster.exchange, 'POST', MAPS, { body: { metadata: { name: 'm' }, data: { a: '1' } } })
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } }
  const body = { metadata: { name: 'd' }, spec: { selector: { matchLabels: { a: 'b' } }, template } }
  await call(cluster.exchange, 'POST', '/apis/apps/v1/namespaces/default/deployments', { body })
})
afterAll(() => cluster[Symbol.asyncDispose]())

type Type = keyof typeof TYPES
const patch = (type: Type, text: string, validation = '', url = `${MAPS}/m`) =>
  call(cluster.exchange, 'PATCH', `${url}?dryRun=All&fieldValidation=${validation}`, {
    text,
    headers: { 'content-type': `application/${TYPES[type]}` },
  })

test('whether the caller is still there is not asked: what would tell costs as much as a small answer', async () => {
  const request = {
    method: 'PATCH' as const,
    url: `${MAPS}/m?dryRun=All`,
    headers: { 'content-type': 'application/merge-patch+json' },
    body: '{"data":{"a":"2"}}',
    remoteAddress: undefined,
    get signal(): AbortSignal {
      throw new Error('asked')
    },
  }
  expect((await cluster.exchange(request)).status).toBe(200)
})

test('a patch that says nothing of its type is refused', async () => {
  expect((await call(cluster.exchange, 'PATCH', `${MAPS}/m`, { text: '{}', headers: {} })).status).toBe(415)
})

describe('a key that is there twice', () => {
  const cases: readonly [Type, string, string[]][] = [
    ['merge', '{"data":{"a":"1","a":"2"}}', ['duplicate field \\"data.a\\"']],
    ['strategic', '{"data":{"a":"1","a":"2"},"foo":1}', ['duplicate field \\"data.a\\"', 'unknown field \\"foo\\"']],
    ['json', '[{"op":"add","op":"add","path":"/data/a","value":"2"}]', ['json patch duplicate field \\"[0].op\\"']],
  ]

  test.each(cases)('is warned of in a %s patch', async (type, text, warnings) => {
    const said = warnings.map((warning) => `299 - "${warning}"`).join(', ')
    for (const validation of ['', 'Warn']) {
      const answer = await patch(type, text, validation)
      expect([answer.status, answer.json['data'], answer.headers['warning']]).toEqual([200, { a: '2' }, said])
    }
    expect((await patch(type, text, 'Ignore')).headers['warning']).toBeUndefined()
  })

  test.each(cases)('is refused in a strict %s patch', async (type, text, warnings) => {
    const { status, json } = await patch(type, text, 'Strict')
    expect(status).toBe(422)
    expect(json.message).toMatch(/^ "" is invalid: patch: Invalid value: "/)
    expect(json.message).toContain(`": strict decoding error: ${warnings.join(', ').replaceAll('\\', '')}`)
  })

  test('is warned of in a scale, too', async () => {
    const url = '/apis/apps/v1/namespaces/default/deployments/d/scale'
    const patched = await patch('merge', '{"spec":{"replicas":1,"replicas":2}}', '', url)
    expect([patched.status, patched.headers['warning']]).toEqual([200, '299 - "duplicate field \\"spec.replicas\\""'])
    const put = await call(cluster.exchange, 'PUT', `${url}?fieldValidation=Strict`, {
      text: '{"metadata":{"name":"d"},"spec":{"replicas":1,"replicas":2}}',
    })
    expect([put.status, put.json.message]).toEqual([
      400,
      'Scale in version "v1" cannot be handled as a Scale: strict decoding error: duplicate field "spec.replicas"',
    ])
  })
})

describe('what is no patch is refused in the words of Kubernetes', () => {
  const notObject = 'Go value of type map[string]interface {}'
  test.each([
    ['merge', '{', 400, 'error decoding patch: unexpected end of JSON input'],
    ['json', 'not json', 400, "error decoding patch: invalid character 'o' in literal null (expecting 'u')"],
    ['strategic', '', 400, 'unexpected end of JSON input'],
    ['merge', '[]', 400, `error decoding patch: json: cannot unmarshal array into ${notObject}`],
    ['merge', 'null', 400, 'Invalid JSON Patch'],
    ['strategic', '"x"', 400, `json: cannot unmarshal string into ${notObject}`],
    [
      'json',
      '[{"op":"test","path":"/data/a","value":"9"}]',
      422,
      'the server rejected our request due to an error in our request',
    ],
    [
      'json',
      '[{"op":"remove","path":"/metadata/name"}]',
      400,
      'the name of the object (m based on URL) was undeterminable: name must be provided',
    ],
  ] as const)('%s %s', async (type, text, status, message) => {
    const answer = await patch(type, text)
    expect([answer.status, answer.json.message]).toEqual([status, message])
  })

  test.each([
    [
      'merge',
      '{"data":1}',
      /"data\\":1.*": json: cannot unmarshal number into Go struct field ConfigMap.data of type map/,
    ],
    ['merge', '{"kind":"X"}', /": no kind "X" is registered for version "v1" in scheme/],
    ['strategic', '{"data":1}', /^ "" is invalid: patch: Invalid value: "map\[data:1\]": /],
  ] as const)('%s %s makes no object of the kind', async (type, text, message) => {
    const answer = await patch(type, text)
    expect(answer.status).toBe(422)
    expect(answer.json.message).toMatch(message)
  })

  test('a strategic merge patch of nothing, and one that names another kind, change nothing', async () => {
    for (const text of ['null', '{}', '{"kind":"X","apiVersion":"v9"}'])
      expect((await patch('strategic', text)).json).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1' })
  })

  test('nor is anything of another type', async () => {
    const answer = await call(cluster.exchange, 'PATCH', `${MAPS}/m`, { body: {} })
    expect([answer.status, answer.json.message]).toEqual([415, '415: Unsupported Media Type'])
  })
})

test('a body that is no JSON is refused in the words of Kubernetes', async () => {
  const message = async (text: string) => (await call(cluster.exchange, 'POST', MAPS, { text })).json.message
  const prefix =
    "the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: "
  expect(await message('{"metadata":{"name":"q"} "a":1}')).toBe(
    `${prefix}invalid character '"' after object key:value pair ({"metadata":{"name":"q"} "a":1 ...)`,
  )
  expect(await message('not')).toBe(`${prefix}invalid character 'o' in literal null (expecting 'u') (6e6f74)`)
  expect(await message('')).toBe(`${prefix}unexpected end of JSON input (<empty>)`)
})
