import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'
import { type k8s, resources } from '../../api/index.ts'
import { silentLogger, systemClock } from '../../lib/index.ts'
import { ConfigWatches } from './config-watches.ts'

const { configmaps, secrets } = resources
const ref = { namespace: 'default', name: 'settings' }

describe('what pods are configured with', () => {
  let cluster: TestCluster
  let watches: ConfigWatches
  let told: string[]
  beforeEach(async () => {
    cluster = await openTestCluster()
    told = []
    watches = new ConfigWatches({
      client: cluster.client,
      clock: systemClock,
      logger: silentLogger,
      changed: (uid) => told.push(uid),
    })
  })
  afterEach(async () => {
    await watches[Symbol.asyncDispose]()
    await cluster[Symbol.asyncDispose]()
  })

  const pod = (uid: string, volume: Partial<k8s.Volume>): k8s.Pod => ({
    metadata: { name: uid, namespace: 'default', uid },
    spec: { containers: [], volumes: [{ name: 'v', ...volume }] },
  })
  const poll = () => expect.poll(() => [...new Set(told)].toSorted(), { timeout: 10_000, interval: 20 })
  /** Writes until the watch, which begins at its own time, has seen one. */
  const write = (value: string) => cluster.client.patch(configmaps, ref, { data: { value } })

  it('is followed for every pod that has it as a volume, until it is gone', async () => {
    watches.put(pod('a', { configMap: { name: 'settings' } }))
    watches.put(pod('b', { projected: { sources: [{ configMap: { name: 'settings' } }] } }))
    watches.put(pod('c', { secret: { secretName: 'settings' } }))
    await new Promise((resolve) => setTimeout(resolve, 0))
    await cluster.client.create(configmaps, { metadata: ref, data: {} })
    let count = 0
    await expect
      .poll(
        async () => {
          await write(String(count++))
          return [...new Set(told)].toSorted()
        },
        { timeout: 10_000, interval: 50 },
      )
      .toEqual(['a', 'b'])
    told = []
    watches.remove('a')
    await write('last')
    await poll().toEqual(['b'])
    await cluster.client.create(secrets, { metadata: ref })
    await poll().toEqual(['b', 'c'])
  })

  it('is read once where it is immutable', async () => {
    let reads = 0
    const source = watches.keeping('a', {
      configMap: async (name) => ({ metadata: { name }, data: { n: String(reads++) }, immutable: name === 'fixed' }),
      secret: async () => undefined,
    })
    expect((await source.configMap('fixed'))?.data).toEqual({ n: '0' })
    expect((await source.configMap('fixed'))?.data).toEqual({ n: '0' })
    expect((await source.configMap('loose'))?.data).toEqual({ n: '1' })
    expect((await source.configMap('loose'))?.data).toEqual({ n: '2' })
    watches.remove('a')
    const anew = watches.keeping('a', { configMap: async () => undefined, secret: async () => undefined })
    expect(await anew.configMap('fixed')).toBeUndefined()
  })
})
