import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { call } from '../../../test/harness/call.ts'
import { type ControlledCluster, openControlledCluster } from '../../../test/harness/controlled-cluster.ts'
import { apiVersionOf, type k8s, qualifiedName, resources } from '../../api/index.ts'
import { trackedResources } from './tracked-resources.ts'
import { statusOf } from './usage.ts'

const namespace = 'default'
const ref = { namespace, name: 'q' }

describe('the resource quota controller', () => {
  let cluster: ControlledCluster
  beforeEach(async () => {
    cluster = await openControlledCluster()
    await expect
      .poll(() => cluster.client.get(resources.serviceaccounts, { namespace, name: 'default' }).catch(() => 0))
      .not.toBe(0)
  })
  afterEach(() => cluster[Symbol.asyncDispose]())

  const quota = (hard: Record<string, string>) =>
    cluster.client.create(resources.resourcequotas, { metadata: ref, spec: { hard } })
  const status = async () => (await cluster.client.get(resources.resourcequotas, ref)).status
  const settles = (used: Record<string, string>) =>
    expect.poll(async () => (await status())?.used, { timeout: 5000, interval: 10 }).toEqual(used)
  const pod = (name: string) =>
    cluster.client.create(resources.pods, {
      metadata: { namespace, name },
      spec: { containers: [{ name: 'c', image: 'i', resources: { requests: { cpu: '500m' } } }] },
    })
  const configMap = (name: string) => cluster.client.create(resources.configmaps, { metadata: { namespace, name } })

  it('counts what is there when a quota is made, changed, or written over', async () => {
    await configMap('a')
    await quota({ configmaps: '5', services: '1' })
    await settles({ configmaps: '2', services: '1' })
    await cluster.client.patch(resources.resourcequotas, ref, {
      spec: { hard: { services: null, 'count/secrets': '1' } },
    })
    await settles({ configmaps: '2', 'count/secrets': '0' })
    await cluster.client.patch(
      resources.resourcequotas,
      ref,
      { status: { hard: { configmaps: '99' } } },
      { subresource: 'status' },
    )
    await expect.poll(async () => (await status())?.hard).toEqual({ configmaps: '5', 'count/secrets': '1' })
  })

  it('gives back what a pod used when it is over, and its place when it is gone', async () => {
    await quota({ pods: '1', 'requests.cpu': '1', 'count/pods': '5' })
    await settles({ pods: '0', 'requests.cpu': '0', 'count/pods': '0' })
    await pod('a')
    await settles({ pods: '1', 'requests.cpu': '500m', 'count/pods': '1' })
    await expect(pod('b')).rejects.toThrow('exceeded quota: q')
    await cluster.client.patch(
      resources.pods,
      { namespace, name: 'a' },
      { status: { phase: 'Succeeded' } },
      { subresource: 'status' },
    )
    await settles({ pods: '0', 'requests.cpu': '0', 'count/pods': '1' })
    await pod('b')
    await cluster.client.delete(resources.pods, { namespace, name: 'a' })
    await settles({ pods: '1', 'requests.cpu': '500m', 'count/pods': '1' })
  })

  it('sees what was deleted while it was away', async () => {
    await quota({ 'count/configmaps': '3' })
    await settles({ 'count/configmaps': '1' })
    await configMap('a')
    await cluster.stop()
    await cluster.client.delete(resources.configmaps, { namespace, name: 'a' })
    expect((await status())?.used).toEqual({ 'count/configmaps': '2' })
    cluster.start()
    await settles({ 'count/configmaps': '1' })
  })

  it('counts objects of kinds that come later', async () => {
    await quota({ 'count/foos.example.com': '1' })
    const group = { group: 'example.com', version: 'v1', plural: 'foos', kind: 'Foo' }
    await cluster.client.create(resources.customresourcedefinitions, {
      apiVersion: apiVersionOf(resources.customresourcedefinitions),
      kind: resources.customresourcedefinitions.kind,
      metadata: { name: 'foos.example.com' },
      spec: {
        group: group.group,
        scope: 'Namespaced',
        names: { plural: group.plural, singular: 'foo', kind: group.kind, listKind: 'FooList' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        ],
      },
    })
    const foos = `/apis/example.com/v1/namespaces/${namespace}/foos`
    // Served a moment later.
    await settles({ 'count/foos.example.com': '0' })
    const foo = (name: string) =>
      call(cluster.exchange, 'POST', foos, { body: { apiVersion: 'example.com/v1', kind: 'Foo', metadata: { name } } })
    expect((await foo('a')).status).toBe(201)
    expect((await foo('b')).json.message).toContain('exceeded quota: q, requested: count/foos.example.com=1')
    await call(cluster.exchange, 'DELETE', `${foos}/a`)
    await settles({ 'count/foos.example.com': '0' })
  })
})

it('keeps what it cannot count, and forgets what is no longer limited', () => {
  const before: k8s.ResourceQuota = {
    metadata: { name: 'q' },
    spec: { hard: { pods: '1', 'count/unknown.example.com': '1' } },
    status: { used: { pods: '7', 'count/unknown.example.com': '3', services: '1' } },
  }
  expect(statusOf(before, [{ resource: resources.pods, objects: [] }], 0)).toEqual({
    hard: { pods: '1', 'count/unknown.example.com': '1' },
    used: { pods: '0', 'count/unknown.example.com': '3' },
  })
})

it('tracks what a quota names, custom resources too', () => {
  const definition = {
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'foos', kind: 'Foo' },
      versions: [
        { name: 'v1', served: false },
        { name: 'v2', served: true },
      ],
    },
  } as k8s.CustomResourceDefinition
  const hard = { 'requests.cpu': '1', 'count/foos.example.com': '1', 'count/deployments.apps': '1', secrets: '1' }
  const tracked = trackedResources({ metadata: { name: 'q' }, spec: { hard } }, [definition])
  expect(tracked.map(qualifiedName).sort()).toEqual(['deployments.apps', 'foos.example.com', 'pods', 'secrets'])
  expect(tracked.find(({ plural }) => plural === 'foos')?.version).toBe('v2')
})
