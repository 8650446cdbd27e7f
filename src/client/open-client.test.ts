import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestCluster, type TestCluster } from '../../test/harness/cluster.ts'
import { type k8s, resources } from '../api/index.ts'

describe('an object without a name', () => {
  let cluster: TestCluster
  beforeAll(async () => {
    cluster = await openTestCluster()
    for (const name of ['one', 'other'])
      await cluster.client.create(resources.configmaps, { metadata: { namespace: 'default', name } })
  })
  afterAll(() => cluster[Symbol.asyncDispose]())

  const ref = { namespace: 'default', name: '' }
  const nameless = { metadata: { namespace: 'default' } } as unknown as k8s.ConfigMap
  it.each<[string, () => Promise<unknown>]>([
    ['read', () => cluster.client.get(resources.configmaps, ref)],
    ['replaced', () => cluster.client.update(resources.configmaps, nameless)],
    ['patched', () => cluster.client.patch(resources.configmaps, ref, { data: {} })],
    ['deleted', () => cluster.client.delete(resources.configmaps, ref)],
  ])('is not %s', async (_, call) => {
    await expect(call()).rejects.toMatchObject({ reason: 'NotFound', message: 'configmaps "" not found' })
    const { items } = await cluster.client.list(resources.configmaps, { namespace: 'default' })
    expect(items.map(({ metadata }) => metadata.name)).toEqual(expect.arrayContaining(['one', 'other']))
  })
})
