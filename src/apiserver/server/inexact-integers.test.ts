import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call } from '../../../test/harness/call.ts'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'
import { inexactProblem } from './inexact-integers.ts'

let cluster: TestCluster
beforeAll(async () => {
  cluster = await openTestCluster()
})
afterAll(() => cluster[Symbol.asyncDispose]())

const REVISIONS = '/apis/apps/v1/namespaces/default/controllerrevisions'
const body = (number: string) => `{"metadata":{"name":"r"},"revision":1,"data":{"at":${number}}}`
const post = (number: string, type = 'json') =>
  call(cluster.exchange, 'POST', `${REVISIONS}?dryRun=All`, {
    text: type === 'json' ? body(number) : `metadata: {name: r}\nrevision: 1\ndata: {at: ${number}}\n`,
    headers: { 'content-type': `application/${type}` },
  })

describe.each(['json', 'yaml'])('in %s', (type) => {
  test.each(['9007199254740993', '1700000000000000001', '-9223372036854775806'])('%s is refused', async (number) => {
    const { status, json } = await post(number, type)
    expect([status, json.message?.replace('error converting YAML to JSON: ', '')]).toEqual([
      400,
      `the integer ${number} cannot be kept exactly: integers are kept up to 9007199254740991; use a string`,
    ])
  })

  test.each([
    '9007199254740991',
    '9007199254740992',
    '"1700000000000000001"',
    '1.7000000000000000001',
    '123456789012345678901',
    '9223372036854775807',
    '-9223372036854775808',
  ])('%s is not', async (number) => {
    const { status, json } = await post(number, type)
    expect([status, json['data']]).toEqual([201, { at: JSON.parse(number) as unknown }])
  })
})

test('nor does a patch bring one', async () => {
  const patch = (type: string, text: string) =>
    call(cluster.exchange, 'PATCH', `${REVISIONS}/r?fieldManager=me`, {
      text,
      headers: { 'content-type': `application/${type}` },
    })
  const answers = await Promise.all([
    patch('merge-patch+json', '{"data":{"at":1700000000000000001}}'),
    patch('json-patch+json', '[{"op":"add","path":"/data","value":1700000000000000001}]'),
    patch(
      'apply-patch+yaml',
      `{"apiVersion":"apps/v1","kind":"ControllerRevision",${body('1700000000000000001').slice(1)}`,
    ),
  ])
  for (const { status, json } of answers) {
    expect(status).toBe(400)
    expect(json.message).toContain('the integer 1700000000000000001 cannot be kept exactly')
  }
})

test('a power of two is a double, but is not written as it was', () => {
  expect(inexactProblem(String(2n ** 53n))).toBeUndefined()
  expect(inexactProblem(String(2n ** 60n))).toContain('the integer 1152921504606846976 cannot be kept exactly')
})
