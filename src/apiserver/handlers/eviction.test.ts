import { expect, test } from 'vitest'
import { call } from '../../../test/harness/call.ts'
import { openTestCluster } from '../../../test/harness/cluster.ts'

const PODS = '/api/v1/namespaces/default/pods'
const NO_VERSION =
  'Eviction in version "v9" cannot be handled as a Eviction: no kind "Eviction" is registered for version "policy/v9" in scheme "pkg/runtime/scheme.go:110"'

test.each([
  ['policy/v9', [400, NO_VERSION]],
  ['policy/v1beta1', [201, undefined]],
  ['policy/v1', [201, undefined]],
])('an eviction of version %s', async (apiVersion, expected) => {
  await using cluster = await openTestCluster()
  await call(cluster.exchange, 'POST', PODS, {
    body: { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }] } },
  })
  const { status, json } = await call(cluster.exchange, 'POST', `${PODS}/p/eviction`, {
    body: { apiVersion, kind: 'Eviction', metadata: { name: 'p' } },
  })
  expect([status, json.message]).toEqual(expected)
})
