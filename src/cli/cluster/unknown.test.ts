import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'
import { apps, resources } from '../../api/index.ts'
import { findReference } from '../configuration/find-reference.ts'
import { getResource } from '../resources/resources-of.ts'
import { getApp } from './apps.ts'
import { getPod } from './pods.ts'

/** What is not there, in a namespace that has nothing, and beside another. */
describe('what there is not', () => {
  let cluster: TestCluster
  beforeAll(async () => {
    cluster = await openTestCluster()
  })
  afterAll(() => cluster[Symbol.asyncDispose]())
  const { signal } = new AbortController()
  const codeOf = (call: Promise<unknown>) => call.then(String, (error: { code?: unknown }) => error.code)

  it('is told with what makes one where there is none, and else with what there is', async () => {
    const { client } = cluster
    const at = { client, namespace: 'default', connection: { server: '' }, [Symbol.asyncDispose]: async () => {} }
    expect(await codeOf(getPod(at, 'web', signal))).toBe('podUnknownNone')
    expect(await codeOf(getApp(at, 'shop', signal))).toBe('appUnknownNoApps')
    expect(await codeOf(getResource(at, 'db', signal))).toBe('resourceUnknownNone')
    expect(await codeOf(findReference(at, 'db.host', signal))).toBe('resourceUnknownNone')
    await client.create(resources.pods, {
      metadata: { namespace: 'default', name: 'other' },
      spec: { containers: [{ name: 'a', image: 'i' }] },
    })
    await client.create(apps, { metadata: { namespace: 'default', name: 'cart' }, spec: { image: 'i' } })
    await expect(getPod(at, 'web', signal)).rejects.toMatchObject({
      code: 'podUnknown',
      parameters: { known: 'other' },
    })
    await expect(getApp(at, 'shop', signal)).rejects.toMatchObject({
      code: 'appUnknown',
      parameters: { known: 'cart' },
    })
    await expect(findReference(at, 'cart.path', signal)).rejects.toMatchObject({
      code: 'outputUnknown',
      parameters: { known: 'host, port, url' },
    })
  })
})
