import { writeFile } from 'node:fs/promises'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'
import { APP_LABEL, apps, backingResources, provisioners, releases } from '../../api/index.ts'
import { lookUpHere, lookUpInCluster } from './look-up.ts'
import type { Subject } from './subjects.ts'

const { signal } = new AbortController()

describe('without a cluster', () => {
  const valuesOf = async (subject: Subject, kubeconfig = '/nowhere') =>
    (await lookUpHere(subject, { kubeconfig }))?.map(({ value }) => value)

  it('templates, time zones and types of resources are known', async () => {
    expect(await valuesOf('templates')).toContain('node-postgres')
    expect(await valuesOf('timeZones')).toContain('Asia/Seoul')
    expect(await valuesOf('types')).toContain('postgres')
  })

  it('contexts are those of the kubeconfig', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'naru-contexts-'))
    const file = join(folder.path, 'config')
    await writeFile(file, 'contexts:\n- name: office\n  context: {}\n- name: naru\n')
    expect(await valuesOf('contexts', file)).toEqual(['office', 'naru'])
  })

  it('apps are not', async () => expect(await valuesOf('apps')).toBeUndefined())
})

describe('over a real API server', () => {
  let cluster: TestCluster
  beforeAll(async () => {
    cluster = await openTestCluster()
    const { client } = cluster
    const namespace = 'default'
    await client.create(apps, {
      metadata: { name: 'shop', namespace },
      spec: {
        image: 'i',
        processes: [{ name: 'web' }, { name: 'worker' }, { name: 'nightly', schedule: '0 3 * * *', command: ['tidy'] }],
        routes: [{ host: 'www.example.com' }, { host: 'example.com', path: '/v1' }, { path: '/old' }],
      },
    })
    for (const [number, description] of [
      [1, 'the first'],
      [2, 'env: GREETING'],
    ] as const)
      await client.create(releases, {
        metadata: { name: `shop-v${number}`, namespace, labels: { [APP_LABEL]: 'shop' } },
        spec: { app: 'shop', number, image: 'i', description },
      })
    await client.create(backingResources, { metadata: { name: 'orders', namespace }, spec: { type: 'postgres' } })
    await client.create(provisioners, { metadata: { name: 'bucket' }, spec: { type: 'bucket', description: 'b' } })
  })
  afterAll(() => cluster[Symbol.asyncDispose]())

  const found = async (subject: Subject, app = 'shop') => {
    const asked = { app: async () => app, signal }
    const list = await lookUpInCluster(subject, { client: cluster.client, namespace: 'default' }, asked)
    return list.map(({ value, description }) => (description === undefined ? value : `${value} (${description})`))
  }

  it.each([
    ['apps', ['shop']],
    ['namespaces', expect.arrayContaining(['default', 'kube-system'])],
    ['processes', ['web', 'worker']],
    ['sizes', ['web=', 'worker=']],
    ['scheduled', ['nightly (0 3 * * *)']],
    ['releases', ['v2 (env: GREETING)', 'v1 (the first)']],
    ['weights', ['v2= (env: GREETING)', 'v1= (the first)']],
    ['routes', ['www.example.com', 'example.com/v1', '/old']],
    ['resources', ['orders (postgres)']],
    ['types', ['bucket']],
    ['pods', []],
    ['variables', []],
  ] as const)('%s are %j', async (subject, expected) => expect(await found(subject)).toEqual(expected))

  it('of an app that is not there, nothing is', () =>
    expect(found('releases', 'none')).rejects.toMatchObject({ code: 'appUnknown' }))
})
