import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'
import {
  type App,
  type AppBinding,
  type BackingResource,
  backingResources,
  type Provisioner,
  provisioners,
} from '../../api/index.ts'
import { applyResource } from './apply-resource.ts'
import { bindingsBefore, withBinding } from './bind.ts'
import { provisionerFor } from './provisioners.ts'
import { readParams } from './read-params.ts'
import { ofApp } from './resources-of.ts'

const { signal } = new AbortController()
const resourceOf = (name: string, ...variables: string[]): BackingResource => ({
  metadata: { name },
  spec: { type: 'thing' },
  status: { environment: variables.map((variable) => ({ name: variable, key: variable })) },
})

describe('parameters', () => {
  it('are names and texts', () => expect(readParams(['a=1', 'b=c=d', 'e='])).toEqual({ a: '1', b: 'c=d', e: '' }))
  it.each(['a', '=b'])('%j is none', (word) => expect(() => readParams([word])).toThrow('badOptionValue'))
})

it('the Resources of an app are those it is bound to, and those made for it', () => {
  const appOf = (name: string, ...bound: string[]): App => ({
    metadata: { name },
    spec: { image: 'i', bindings: bound.map((resource) => ({ resource })) },
  })
  const made = (name: string, labels: Record<string, string> = {}) => ({
    ...resourceOf(name),
    metadata: { name, labels },
  })
  const list = [
    made('shared', { 'apps.naru.dev/for-app': 'shop' }),
    made('queue', { 'apps.naru.dev/app': 'shop' }),
    made('db', { 'apps.naru.dev/for-app': 'shop' }),
    made('common'),
    made('theirs', { 'apps.naru.dev/for-app': 'blog' }),
  ]
  const users = [appOf('shop', 'db', 'common', 'shared'), appOf('blog', 'theirs', 'shared')]
  expect(ofApp('shop', list, users).map(({ resource, ...is }) => [resource.metadata.name, is])).toEqual([
    ['common', { isOwn: false, others: [] }],
    ['db', { isOwn: true, others: [] }],
    ['queue', { isOwn: true, others: [] }],
    ['shared', { isOwn: true, others: ['blog'] }],
  ])
  expect(ofApp('none', list, users)).toEqual([])
})

describe('a binding', () => {
  const [db, orders, cache] = [resourceOf('db', 'URL'), resourceOf('old-orders', 'URL', 'B'), resourceOf('cache', 'C')]
  const known = [db, orders, cache]
  it('has the name of the Resource before its variables when another gives the same', () => {
    const bindings = known.reduce<AppBinding[]>((present, each) => withBinding(present, each, known), [])
    expect(bindings).toEqual([
      { resource: 'db' },
      { resource: 'old-orders', prefix: 'OLD_ORDERS_' },
      { resource: 'cache' },
    ])
  })
  it('stays as it is when there is one', () => {
    const present = [{ resource: 'db', prefix: 'MINE_' }]
    expect(withBinding(present, db, known)).toEqual(present)
    expect(withBinding(present, orders, known)).toEqual([...present, { resource: 'old-orders' }])
  })
})

describe('over a real API server', () => {
  let cluster: TestCluster
  beforeEach(async () => {
    cluster = await openTestCluster()
  })
  afterEach(() => cluster[Symbol.asyncDispose]())
  const target = () => ({ client: cluster.client, namespace: 'default' })

  it('a Resource is made, then changed, never into one of another type', async () => {
    const wished = { name: 'db', spec: { type: 'postgres', params: { a: '1' } }, signal }
    await applyResource(target(), { ...wished, forApp: 'shop' })
    const again = await applyResource(target(), { ...wished, spec: { type: 'postgres', params: { b: '2' } } })
    expect(again.spec).toMatchObject({ params: { a: '1', b: '2' } })
    await expect(applyResource(target(), { ...wished, spec: { type: 'redis' } })).rejects.toMatchObject({
      code: 'resourceTaken',
      parameters: { name: 'db', type: 'postgres' },
    })
  })

  it('an app finds at its first deploy what was added for it', async () => {
    const before = (name: string) => bindingsBefore(cluster.client, { namespace: 'default', name, signal })
    await applyResource(target(), { name: 'db', spec: { type: 'postgres' }, forApp: 'shop', signal })
    await applyResource(target(), { name: 'other', spec: { type: 'redis' }, signal })
    expect(await before('shop')).toEqual([{ resource: 'db' }])
    expect(await before('other')).toBeUndefined()
    expect(
      (await cluster.client.get(backingResources, { namespace: 'default', name: 'other' })).metadata.labels,
    ).toBeUndefined()
  })

  it('the Provisioner is a stored one, else one that comes with Naru', async () => {
    const spec: Provisioner['spec'] = { type: 'postgres', description: 'mine' }
    const find = (type: string, kind?: string) => provisionerFor(cluster, { type, class: kind, signal })
    expect((await find('postgres')).spec).toMatchObject({ server: { name: 'postgres' } })
    await cluster.client.create(provisioners, { metadata: { name: 'mine' }, spec })
    expect((await find('postgres')).spec).toMatchObject({ description: 'mine' })
    await expect(find('postgres', 'big')).rejects.toMatchObject({
      code: 'resourceTypeUnknown',
      parameters: { type: 'postgres (class big)', known: expect.stringContaining('redis, volume') },
    })
  })
})
