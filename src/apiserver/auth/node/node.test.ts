import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { type k8s, type KubeObject, resources, type UserInfo } from '../../../api/index.ts'
import { openMemoryStore, type Store } from '../../../store/index.ts'
import { objectKey } from '../../registry/object-key.ts'
import type { Attributes } from '../attributes.ts'
import { nodeAuthorizer } from './node-authorizer.ts'
import { NodeGraph } from './node-graph.ts'

const node = (name: string): UserInfo => ({ name: `system:node:${name}`, groups: ['system:nodes'] })

const pod = (name: string, nodeName: string | undefined, more: object = {}): k8s.Pod => ({
  metadata: { name, namespace: 'one' },
  spec: {
    ...(nodeName !== undefined && { nodeName }),
    serviceAccountName: `account-of-${name}`,
    imagePullSecrets: [{ name: `pull-of-${name}` }],
    containers: [
      {
        name: 'main',
        envFrom: [{ secretRef: { name: `env-from-of-${name}` } }, { configMapRef: { name: `map-from-of-${name}` } }],
        env: [
          { name: 'A', valueFrom: { secretKeyRef: { name: `env-of-${name}`, key: 'a' } } },
          { name: 'B', valueFrom: { configMapKeyRef: { name: `map-of-${name}`, key: 'a' } } },
        ],
      },
    ],
    volumes: [
      { name: 'a', secret: { secretName: `volume-of-${name}` } },
      { name: 'b', projected: { sources: [{ configMap: { name: `projected-of-${name}` } }] } },
      { name: 'c', persistentVolumeClaim: { claimName: `claim-of-${name}` } },
      { name: 'scratch', ephemeral: {} },
    ],
    ...more,
  },
})

describe('a node', () => {
  let store: Store
  let graph: NodeGraph

  const put = (resource: Parameters<typeof objectKey>[0], object: KubeObject) =>
    store.create(objectKey(resource, object.metadata), () => JSON.stringify(object))
  const may = (
    verb: string,
    what: string,
    { who = 'n1', namespace = 'one', ...more }: Partial<Attributes> & { who?: string } = {},
  ) => {
    const [path = '', name = ''] = what.split(' ')
    const [qualified = '', subresource] = path.split('/')
    const [plural = '', ...group] = qualified.split('.')
    const resource = { group: group.join('.'), resource: plural, subresource }
    return nodeAuthorizer(graph)(node(who), { verb, resource, namespace, name, ...more })
  }
  const unrelated = "no relationship found between node 'n2' and this object"

  beforeAll(async () => {
    store = await openMemoryStore()
    await put(resources.pods, pod('early', 'n1'))
    graph = await NodeGraph.open(store)
    await put(resources.pods, pod('late', 'n1'))
    await put(resources.pods, pod('elsewhere', 'n2'))
    await put(resources.pods, pod('pending', undefined))
    await put(resources.persistentvolumes, {
      metadata: { name: 'disk' },
      spec: {
        claimRef: { namespace: 'one', name: 'claim-of-late' },
        csi: { driver: 'd', volumeHandle: 'h', nodePublishSecretRef: { namespace: 'disks', name: 'disk-key' } },
      },
    } as k8s.PersistentVolume)
    await put(resources.volumeattachments, {
      metadata: { name: 'attached' },
      spec: { nodeName: 'n1' },
    } as unknown as KubeObject)
  })
  afterAll(async () => {
    graph[Symbol.dispose]()
    await store[Symbol.asyncDispose]()
  })

  test.each(['early', 'late'])('reads what its pod %s uses, and no other node does', (name) => {
    const used: [string, string][] = [
      ['get', `secrets pull-of-${name}`],
      ['watch', `secrets env-from-of-${name}`],
      ['list', `secrets env-of-${name}`],
      ['get', `secrets volume-of-${name}`],
      ['get', `configmaps map-from-of-${name}`],
      ['get', `configmaps map-of-${name}`],
      ['get', `configmaps projected-of-${name}`],
      ['get', `persistentvolumeclaims claim-of-${name}`],
      ['get', `persistentvolumeclaims ${name}-scratch`],
      ['patch', `persistentvolumeclaims/status claim-of-${name}`],
      ['get', `serviceaccounts account-of-${name}`],
      ['create', `serviceaccounts/token account-of-${name}`],
      ['get', `pods ${name}`],
    ]
    for (const [verb, what] of used) {
      expect({ verb, what, ...may(verb, what) }).toMatchObject({ verb, what, allowed: true })
      expect({ what, ...may(verb, what, { who: 'n2' }) }).toEqual({ what, allowed: false, reason: unrelated })
      expect(may(verb, what, { namespace: 'two' }).allowed).toBe(false)
    }
  })

  it('reads the volumes of its pods, and their secrets', () => {
    expect(may('get', 'persistentvolumes disk', { namespace: '' }).allowed).toBe(true)
    expect(may('get', 'persistentvolumes disk', { namespace: '', who: 'n2' }).allowed).toBe(false)
    expect(may('get', 'secrets disk-key', { namespace: 'disks' }).allowed).toBe(true)
    expect(may('get', 'secrets disk-key', { namespace: 'disks', who: 'n2' }).allowed).toBe(false)
    expect(may('get', 'volumeattachments.storage.k8s.io attached', { namespace: '' }).allowed).toBe(true)
    expect(may('get', 'volumeattachments.storage.k8s.io attached', { namespace: '', who: 'n2' }).allowed).toBe(false)
  })

  test.each<[string, string, Partial<Attributes>, boolean | string]>([
    ['list', 'secrets', {}, 'No Object name found'],
    ['list', 'secrets', { namespace: '' }, 'can only read namespaced object of this type'],
    ['delete', 'secrets volume-of-late', {}, 'can only read resources of this type'],
    ['get', 'secrets of-pending', {}, "no relationship found between node 'n1' and this object"],
    ['get', 'secrets volume-of-pending', {}, "no relationship found between node 'n1' and this object"],
    ['list', 'pods', { namespace: '' }, 'can only list/watch pods with spec.nodeName field selector'],
    ['list', 'pods', { fieldSelector: [{ field: 'spec.nodeName', operator: '=', value: 'n1' }] }, true],
    [
      'list',
      'pods',
      { fieldSelector: [{ field: 'spec.nodeName', operator: '=', value: 'n2' }] },
      'can only list/watch pods with spec.nodeName field selector',
    ],
    ['patch', 'pods/status late', {}, true],
    ['get', 'pods/log late', {}, ''],
    ['create', 'pods/exec late', {}, ''],
    ['update', 'pods late', {}, ''],
    ['get', 'nodes n1', { namespace: '' }, true],
    ['get', 'nodes n2', { namespace: '' }, "node 'n1' cannot read 'n2', only its own Node object"],
    ['list', 'nodes', { namespace: '' }, "node 'n1' cannot read all nodes, only its own Node object"],
    ['patch', 'nodes/status n1', { namespace: '' }, true],
    ['delete', 'nodes n1', { namespace: '' }, ''],
    ['update', 'leases.coordination.k8s.io n1', { namespace: 'kube-node-lease' }, true],
    [
      'update',
      'leases.coordination.k8s.io n2',
      { namespace: 'kube-node-lease' },
      'can only access node lease with the same name as the requesting node',
    ],
    ['get', 'leases.coordination.k8s.io n1', {}, 'can only access leases in the "kube-node-lease" system namespace'],
    ['update', 'csinodes.storage.k8s.io n1', { namespace: '' }, true],
    ['list', 'services', { namespace: '' }, true],
    ['create', 'events', {}, true],
    ['create', 'deployments.apps', {}, ''],
    ['list', 'roles.rbac.authorization.k8s.io', {}, ''],
  ])('%s %s %j: %s', (verb, what, more, expected) => {
    const allowed = expected === true
    expect(may(verb, what, more)).toEqual({ allowed, reason: allowed ? '' : expected })
  })

  it('loses what it may read with the pod that used it', async () => {
    await put(resources.pods, pod('brief', 'n1'))
    expect(may('get', 'secrets volume-of-brief').allowed).toBe(true)
    const key = objectKey(resources.pods, { namespace: 'one', name: 'brief' })
    const { revision } = (await store.get(key)) ?? { revision: 0 }
    await store.delete(key, revision, () => '{}')
    expect(may('get', 'secrets volume-of-brief').allowed).toBe(false)
  })

  it('sees what an ephemeral container adds, and nothing that the mirror of its own pod names', async () => {
    await put(resources.pods, pod('debugged', 'n1'))
    const key = objectKey(resources.pods, { namespace: 'one', name: 'debugged' })
    const { revision } = (await store.get(key)) ?? { revision: 0 }
    const ephemeralContainers = [{ name: 'd', envFrom: [{ secretRef: { name: 'debug' } }] }]
    await store.update(key, revision, () => JSON.stringify(pod('debugged', 'n1', { ephemeralContainers })))
    expect(may('get', 'secrets debug').allowed).toBe(true)
    expect(may('get', 'secrets volume-of-debugged').allowed).toBe(true)
    const mirror = pod('mirror', 'n1')
    mirror.metadata.annotations = { 'kubernetes.io/config.mirror': 'x' }
    await put(resources.pods, mirror)
    expect(may('get', 'secrets volume-of-mirror').allowed).toBe(false)
  })

  it('is one by name and group', () => {
    const ask = (user: UserInfo) =>
      nodeAuthorizer(graph)(user, { verb: 'list', resource: { group: '', resource: 'services' } })
    expect(ask({ name: 'system:node:n1', groups: [] })).toEqual({ allowed: false, reason: '' })
    expect(ask({ name: 'ann', groups: ['system:nodes'] })).toEqual({ allowed: false, reason: '' })
    expect(ask({ name: 'system:node:', groups: ['system:nodes'] }).reason).toBe('unknown node for user "system:node:"')
  })
})

it('learns of very many pods while it serves already, and of those written meanwhile', async () => {
  await using store = await openMemoryStore()
  const key = (name: string) => objectKey(resources.pods, { namespace: 'one', name })
  const names = Array.from({ length: 1_200 }, (_, index) => `p${String(index).padStart(4, '0')}`)
  await Promise.all(names.map((name) => store.create(key(name), () => JSON.stringify(pod(name, 'n1')))))
  using graph = await NodeGraph.open(store)
  const knows = (name: string) => graph.isReferredTo('n1', `secret/one/volume-of-${name}`)
  expect(knows('p0000')).toBe(true)
  expect(knows('p1199')).toBe(false)
  const last = await store.get(key('p1199'))
  await store.delete(key('p1199'), last?.revision, () => '{}')
  await expect.poll(() => knows('p1198')).toBe(true)
  expect(knows('p1199')).toBe(false)
})
