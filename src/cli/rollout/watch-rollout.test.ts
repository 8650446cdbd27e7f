import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'
import { type App, apps, resources } from '../../api/index.ts'
import { systemClock } from '../../lib/index.ts'
import { applyApp } from '../deploy/apply-app.ts'
import { watchRollout } from './watch-rollout.ts'

const IMAGE = 'registry.naru.localhost/shop/web@sha256:1'

describe('a deploy against a real API server', () => {
  let cluster: TestCluster
  const stop = new AbortController()
  const { signal } = stop
  beforeEach(async () => {
    cluster = await openTestCluster()
  })
  afterEach(() => cluster[Symbol.asyncDispose]())

  const apply = (spec: App['spec']) =>
    applyApp({ client: cluster.client, namespace: 'shop', name: 'web', change: () => spec, signal })
  const report = async (app: App, status: App['status']) =>
    cluster.client.patch(apps, app.metadata, { status }, { subresource: 'status' })
  const conditions = (ready: string, reason: string) =>
    ['Ready', 'Progressing'].map((type) => ({
      type,
      status: ready,
      reason,
      message: reason,
      lastTransitionTime: '2026-01-01T00:00:00Z',
    }))
  const watch = (app: App, patienceMs: number, phases: string[] = []) =>
    watchRollout({
      client: cluster.client,
      namespace: 'shop',
      name: 'web',
      generation: app.metadata.generation ?? 0,
      patienceMs,
      clock: systemClock,
      signal,
      onProgress: (phase) => phases.at(-1) === phase || phases.push(phase),
    })

  it('makes the namespace and the App, then changes only what a deploy decides', async () => {
    await apply({ image: 'old', port: 3000 })
    await cluster.client.get(resources.namespaces, { name: 'shop' })
    await cluster.client.patch(apps, { namespace: 'shop', name: 'web' }, { spec: { hosts: ['a.b'] } })
    const app = await apply({ image: IMAGE })
    expect(app.spec).toEqual({ image: IMAGE, port: 3000, hosts: ['a.b'] })
  })

  it('may be asked twice at once', async () => {
    const both = await Promise.all([apply({ image: IMAGE }), apply({ image: IMAGE })])
    expect(both[0]?.metadata.uid).toBe(both[1]?.metadata.uid)
  })

  it('ends when the App says that it serves', async () => {
    const app = await apply({ image: IMAGE })
    const phases: string[] = []
    const end = watch(app, 60_000, phases)
    await expect.poll(() => phases).toEqual(['accepting'])
    await report(app, {
      observedGeneration: app.metadata.generation,
      conditions: conditions('True', 'Serving'),
      servingImage: IMAGE,
      url: 'http://web.shop.localhost',
    })
    expect(await end).toMatchObject({ state: 'serving', url: 'http://web.shop.localhost' })
  })

  it('ends when the App says that it will not come to be', async () => {
    const app = await apply({ image: IMAGE })
    await report(app, {
      observedGeneration: app.metadata.generation,
      conditions: conditions('False', 'HostTaken'),
      servingImage: 'old',
    })
    expect(await watch(app, 60_000)).toMatchObject({
      state: 'failure',
      failure: { code: 'refused' },
      app: { status: { servingImage: 'old' } },
    })
  })

  it('ends when nothing moves for as long as it has patience', async () => {
    const app = await apply({ image: IMAGE })
    expect(await watch(app, 300)).toMatchObject({
      state: 'failure',
      failure: { code: 'noProgress', phase: 'accepting' },
    })
  })
})
