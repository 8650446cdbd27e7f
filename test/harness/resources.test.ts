import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type BackingResource,
  backingResources,
  type k8s,
  keyOf,
  parseKey,
  type Provisioner,
  provisioners,
  RESOURCE_LABEL,
  resources,
} from '../../src/api/index.ts'
import { type Client, openInformer, runController, source, writeStatus } from '../../src/client/index.ts'
import { identities } from '../../src/engine/identities.ts'
import { silentLogger, systemClock } from '../../src/lib/index.ts'
import { readProvisioners, runResources } from '../../src/resources/index.ts'
import { type ControlledCluster, openControlledCluster } from './controlled-cluster.ts'
import { eventually } from './eventually.ts'
import type { PodFate } from './playing-kubelet.ts'

const namespace = 'default'
const ref = { namespace, name: 'db' }
const decode = ({ data = {} }: k8s.Secret) =>
  Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]))

/** A program of somebody else: a Secret for each Resource of the type `queue`. */
async function runQueues(client: Client, signal: AbortSignal): Promise<void> {
  const common = { clock: systemClock, logger: silentLogger, signal }
  await using queues = await openInformer(client, backingResources, common)
  await runController({
    ...common,
    name: 'queues',
    concurrency: 1,
    sources: [source(queues, (resource) => [keyOf(resource)])],
    reconcile: async (key) => {
      const resource = queues.get(parseKey(key))
      if (resource?.spec.type !== 'queue') return
      const { name, generation, uid } = resource.metadata
      const binding = { name: `${name}-queue` }
      const made = {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { namespace, ...binding },
        stringData: { type: 'queue', uri: `queue://${name}?depth=${String(resource.spec.params?.depth)}` },
      }
      await client.patch(resources.secrets, made.metadata, made, { type: 'apply', fieldManager: 'queues', force: true })
      await writeStatus(client, backingResources, resource, {
        observedGeneration: generation,
        binding,
        environment: [{ name: 'QUEUE_URL', key: 'uri' }],
        conditions: [
          {
            type: 'Ready',
            status: 'True',
            reason: 'Made',
            message: `queue ${uid} can be used`,
            observedGeneration: generation,
            lastTransitionTime: '2026-01-01T00:00:00Z',
          },
        ],
      })
    },
  })
}

describe('a Resource over a real API server', () => {
  let cluster: ControlledCluster
  let fate: PodFate

  beforeEach(async () => {
    cluster = await openControlledCluster({
      beside: (common, clientAs) => runResources({ ...common, client: clientAs(identities.resources) }),
    })
    fate = 'ready'
    await cluster.openKubelet({ fate: () => fate })
  })
  afterEach(() => cluster[Symbol.asyncDispose]())

  const add = (spec: BackingResource['spec'], name = 'db') =>
    cluster.client.create(backingResources, { metadata: { namespace, name }, spec })
  const read = (name = 'db') => cluster.client.get(backingResources, { namespace, name })
  const ready = async (name = 'db') => {
    const { metadata, status } = await read(name)
    const condition = status?.conditions?.[0]
    return condition?.observedGeneration === metadata.generation ? condition : undefined
  }
  const isReady = (name = 'db') =>
    eventually(async () => expect(await ready(name)).toMatchObject({ type: 'Ready', status: 'True' }))
  const failsWith = (reason: string, message: string | RegExp, name = 'db') =>
    eventually(async () =>
      expect(await ready(name)).toMatchObject({ status: 'False', reason, message: expect.stringMatching(message) }),
    )
  const secret = (name: string) => cluster.client.get(resources.secrets, { namespace, name })

  it('becomes a database with a Secret that says how to reach it', async () => {
    await add({ type: 'postgres', image: 'postgres:15', params: { database: 'shop', storage: '2Gi' } })
    await isReady()
    expect((await read()).status).toMatchObject({
      binding: { name: 'db-binding' },
      environment: expect.arrayContaining([{ name: 'DATABASE_URL', key: 'uri' }]),
    })
    const binding = await secret('db-binding')
    const { password = '', ...told } = decode(binding)
    expect(binding.type).toBe('servicebinding.io/postgres')
    expect(password).toMatch(/^[A-Za-z0-9]{32}$/)
    expect(told).toEqual({
      type: 'postgres',
      provider: 'naru',
      host: 'db.default.svc',
      port: '5432',
      database: 'shop',
      username: 'app',
      uri: `postgresql://app:${password}@db.default.svc:5432/shop`,
    })
    const set = await cluster.client.get(resources.statefulsets, ref)
    expect(set.spec?.template.spec?.containers[0]).toMatchObject({ image: 'postgres:15' })
    expect(JSON.stringify(set)).not.toContain(password)
    const claim = await cluster.client.get(resources.persistentvolumeclaims, ref)
    expect(claim.spec?.resources?.requests).toEqual({ storage: '2Gi' })
    for (const object of [set, claim, binding, await secret('db-secrets')])
      expect(object.metadata.ownerReferences).toMatchObject([{ kind: 'Resource', name: 'db', controller: true }])
  })

  it('keeps its password for good, whatever is changed, restarted or taken away', async () => {
    await add({ type: 'redis', image: 'redis' })
    await isReady()
    const { password } = decode(await secret('db-binding'))
    await cluster.restart()
    await cluster.client.patch(backingResources, ref, { spec: { params: { memory: '99Mi' } } })
    await cluster.client.delete(resources.secrets, { namespace, name: 'db-binding' })
    await cluster.client.delete(resources.services, ref)
    await eventually(async () => {
      expect(decode(await secret('db-binding')).password).toBe(password)
      await cluster.client.get(resources.services, ref)
      const set = await cluster.client.get(resources.statefulsets, ref)
      expect(set.spec?.template.spec?.containers[0]?.resources?.requests).toMatchObject({ memory: '99Mi' })
    })
  })

  it('refuses another value of what the first start has made, and can go back', async () => {
    await add({ type: 'postgres', image: 'i', params: { database: 'shop' } })
    await isReady()
    const change = (database: string) => cluster.client.patch(backingResources, ref, { spec: { params: { database } } })
    await change('other')
    await failsWith('InvalidParams', 'spec.params: "database" was "shop" at the first start and stays so')
    expect(decode(await secret('db-binding')).database).toBe('shop')
    await change('shop')
    await isReady()
  })

  it('is backed up by the clock while that is asked for', async () => {
    await add({ type: 'postgres', image: 'i', params: { backup: 'weekly' } })
    await isReady()
    const backups = { namespace, name: 'db-backups' }
    const cronJob = await cluster.client.get(resources.cronjobs, backups)
    expect(cronJob).toMatchObject({ spec: { schedule: '0 3 * * 0', concurrencyPolicy: 'Forbid' } })
    const change = (backup: string) => cluster.client.patch(backingResources, ref, { spec: { params: { backup } } })
    await change('now and then')
    await failsWith('InvalidObject', 'spec.schedule')
    await change('off')
    await isReady()
    await eventually(async () => expect(cluster.client.get(resources.cronjobs, backups)).rejects.toThrow('not found'))
    await cluster.client.get(resources.persistentvolumeclaims, backups)
  })

  it('meets none of the same name in another namespace', async () => {
    const elsewhere = { namespace: 'other', name: 'db' }
    await cluster.client.create(resources.namespaces, { metadata: { name: 'other' }, spec: {} })
    await cluster.client.create(backingResources, { metadata: elsewhere, spec: { type: 'postgres', image: 'i' } })
    await add({ type: 'postgres', image: 'i' })
    await isReady()
    await eventually(async () => {
      const { status } = await cluster.client.get(backingResources, elsewhere)
      expect(status?.conditions).toMatchObject([{ status: 'True' }])
    })
    const theirs = decode(await cluster.client.get(resources.secrets, { namespace: 'other', name: 'db-binding' }))
    const ours = decode(await secret('db-binding'))
    expect([ours.host, theirs.host]).toEqual(['db.default.svc', 'db.other.svc'])
    expect(theirs.password).not.toBe(ours.password)
  })

  it('is not ready before its pods are', async () => {
    fate = 'running'
    await add({ type: 'redis', image: 'redis' })
    await failsWith('Provisioning', 'StatefulSet db has 0 of 1 pods')
  })

  it('goes with all that was made for it', async () => {
    const ours = { namespace, labelSelector: RESOURCE_LABEL }
    await add({ type: 'redis', image: 'redis' })
    await isReady()
    await cluster.client.delete(backingResources, ref)
    await eventually(async () => {
      for (const resource of [resources.statefulsets, resources.services, resources.secrets, resources.pods])
        expect((await cluster.client.list(resource as typeof resources.secrets, ours)).items).toEqual([])
    })
  })

  it('leaves what it stored, and the password for it, to the next of its name when asked to', async () => {
    await add({ type: 'redis', image: 'redis', params: { retain: true } })
    await isReady()
    const { password } = decode(await secret('db-binding'))
    await cluster.client.delete(backingResources, ref)
    await eventually(async () => {
      await expect(cluster.client.get(resources.statefulsets, ref)).rejects.toThrow('not found')
      await expect(secret('db-binding')).rejects.toThrow('not found')
    })
    const { metadata } = await cluster.client.get(resources.persistentvolumeclaims, ref)
    await add({ type: 'redis', image: 'redis' })
    await isReady()
    expect(decode(await secret('db-binding')).password).toBe(password)
    const claim = await cluster.client.get(resources.persistentvolumeclaims, ref)
    expect(claim.metadata).toMatchObject({ uid: metadata.uid, ownerReferences: [{ kind: 'Resource' }] })
  })

  it('says what is wrong, and goes on giving what it gave', async () => {
    await add({ type: 'oracle' }, 'no-type')
    await failsWith(
      'ProvisionerNotFound',
      /no Provisioner makes the type oracle\/default.*postgres\/default/,
      'no-type',
    )
    await add({ type: 'postgres' }, 'no-image')
    await failsWith('ImageMissing', /^manifests\[4\] \(StatefulSet\).*image: .*postgres needs an image/, 'no-image')
    await expect(secret('no-image-secrets')).rejects.toThrow('not found')
    await add({ type: 'external', params: { secret: 'mine' } }, 'elsewhere')
    await failsWith('SecretNotFound', 'there is no Secret default/mine', 'elsewhere')

    await add({ type: 'postgres', image: 'i' })
    await isReady()
    await cluster.client.patch(backingResources, ref, { spec: { params: { size: 3 } } })
    await failsWith('InvalidParams', 'postgres has no parameter "size"; its parameters: backup, ')
    expect((await read()).status).toMatchObject({ binding: { name: 'db-binding' } })
  })

  it('does not write over what is not its own', async () => {
    const spec = { ports: [{ port: 1 }] }
    await cluster.client.create(resources.services, { metadata: { ...ref }, spec })
    await add({ type: 'redis', image: 'redis' })
    await failsWith('NameTaken', 'Service default/db exists and was not made for this Resource')
    expect((await cluster.client.get(resources.services, ref)).spec?.ports).toMatchObject([{ port: 1 }])
  })

  it('is what a Secret of the user says when it is elsewhere', async () => {
    const stringData = { type: 'postgresql', uri: 'postgresql://elsewhere/db' }
    await cluster.client.create(resources.secrets, { metadata: { namespace, name: 'mine' }, stringData })
    await add({ type: 'external', params: { secret: 'mine' } })
    await isReady()
    expect((await read()).status).toMatchObject({
      binding: { name: 'mine' },
      environment: [{ name: 'DATABASE_URL', key: 'uri' }],
    })
  })

  it('is made as a stored Provisioner says it, which goes before one of the same type and class', async () => {
    const spec: Provisioner['spec'] = {
      type: 'postgres',
      params: { size: { default: 1 } },
      outputs: { uri: 'db://${name}?${params.size}' },
      environment: { URL: 'uri' },
      manifests: [
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: '${name}' }, data: { a: '$${b} ${outputs.uri}' } },
      ],
    }
    await cluster.client.create(provisioners, { metadata: { name: 'mine' }, spec })
    await add({ type: 'postgres', params: { size: '2' } })
    await isReady()
    const configMap = await cluster.client.get(resources.configmaps, ref)
    expect(configMap.data).toEqual({ a: '${b} db://db?2' })
    await cluster.client.patch(provisioners, { name: 'mine' }, { spec: { outputs: { uri: 'new' } } })
    await eventually(async () => {
      expect((await cluster.client.get(resources.configmaps, ref)).data).toEqual({ a: '${b} new' })
      expect(decode(await secret('db-binding'))).toEqual({ type: 'postgres', provider: 'naru', uri: 'new' })
    })
  })

  it('is made by a program where its Provisioner names one, which alone says how it goes', async () => {
    const spec = { type: 'queue', controller: 'example.com/queues' }
    await cluster.client.create(provisioners, { metadata: { name: 'queues' }, spec })
    await add({ type: 'queue', params: { depth: 3 } })
    await failsWith('Provisioning', /^example.com\/queues makes it/)

    const stop = new AbortController()
    const queues = runQueues(cluster.client, stop.signal)
    await isReady()
    const status = { binding: { name: 'db-queue' }, environment: [{ name: 'QUEUE_URL', key: 'uri' }] }
    expect((await read()).status).toMatchObject(status)
    expect(decode(await secret('db-queue')).uri).toBe('queue://db?depth=3')
    await cluster.client.patch(backingResources, ref, { spec: { params: { depth: 4 } } })
    await isReady()
    expect(decode(await secret('db-queue')).uri).toBe('queue://db?depth=4')

    await cluster.restart()
    expect((await read()).status).toMatchObject({ ...status, conditions: [{ reason: 'Made' }] })
    stop.abort()
    await queues
  })

  it('the Provisioners that come with Naru are what the API takes, and can be made', async () => {
    const own = await readProvisioners()
    expect(own.map(({ spec }) => spec.type)).toEqual([
      'external',
      'mariadb',
      'memcached',
      'mosquitto',
      'nats',
      'postgres',
      'rabbitmq',
      'redis',
      'volume',
      'mysql',
      'amqp',
    ])
    for (const provisioner of own) await cluster.client.create(provisioners, provisioner)
    const made = own.filter(({ spec }) => spec.type !== 'external')
    for (const { spec } of made) await add({ type: spec.type, image: 'i' }, spec.type)
    for (const { spec } of made) await isReady(spec.type)
    expect((await read('volume')).status).toMatchObject({ volume: { claimName: 'volume', mountPath: '/data' } })
  })
})
