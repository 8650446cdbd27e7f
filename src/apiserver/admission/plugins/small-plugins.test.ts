import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { call } from '../../../../test/harness/call.ts'
import { openTestCluster, type TestCluster } from '../../../../test/harness/cluster.ts'
import type { k8s } from '../../../api/index.ts'

const CORE = '/api/v1/namespaces/default'
const MERGE = { 'content-type': 'application/merge-patch+json' }

let cluster: TestCluster
beforeEach(async () => {
  cluster = await openTestCluster()
})
afterEach(() => cluster[Symbol.asyncDispose]())

const create = (url: string, name: string, body: object, metadata: object = {}) =>
  call(cluster.exchange, 'POST', url, { body: { metadata: { name, ...metadata }, ...body } })
const pod = (name: string, spec: Partial<k8s.PodSpec> = {}) =>
  create(`${CORE}/pods`, name, { spec: { containers: [{ name: 'c', image: 'i' }], ...spec } })
const specOf = async (answer: ReturnType<typeof pod>) => (await answer).json.spec as k8s.PodSpec

describe('priority', () => {
  const classes = '/apis/scheduling.k8s.io/v1/priorityclasses'

  it('comes from the class, the default class, or is zero', async () => {
    expect(await specOf(pod('a'))).toMatchObject({ priority: 0, preemptionPolicy: 'PreemptLowerPriority' })
    await create(classes, 'high', { value: 1000, preemptionPolicy: 'Never' })
    expect(await specOf(pod('b', { priorityClassName: 'high' }))).toMatchObject({
      priority: 1000,
      preemptionPolicy: 'Never',
    })
    await create(classes, 'usual', { value: 10, globalDefault: true })
    expect(await specOf(pod('c'))).toMatchObject({ priority: 10, priorityClassName: 'usual' })
    expect(await specOf(pod('d', { priorityClassName: 'system-node-critical' }))).toMatchObject({
      priority: 2_000_001_000,
    })
  })

  it('is nobody else to set', async () => {
    expect((await pod('a', { priority: 5 })).json.message).toBe(
      'pods "a" is forbidden: the integer value of priority (5) must not be provided in pod spec; priority admission controller computed 0 from the given PriorityClass name',
    )
    expect((await pod('a', { preemptionPolicy: 'Never' })).json.message).toContain(
      'the string value of PreemptionPolicy (Never)',
    )
    expect((await pod('a', { priorityClassName: 'none' })).json.message).toBe(
      'pods "a" is forbidden: no PriorityClass with name none was found',
    )
  })

  it('has one default', async () => {
    await create(classes, 'first', { value: 1, globalDefault: true })
    expect((await create(classes, 'second', { value: 2, globalDefault: true })).json.message).toBe(
      'priorityclasses.scheduling.k8s.io "second" is forbidden: PriorityClass first is already marked as default. Only one default can exist',
    )
  })
})

describe('tolerations', () => {
  const seconds = async (tolerations: k8s.Toleration[]) =>
    (await specOf(pod('a', { tolerations }))).tolerations?.map(({ key, tolerationSeconds }) => [key, tolerationSeconds])

  it('of nodes that are away last five minutes', async () => {
    expect(await seconds([])).toEqual([
      ['node.kubernetes.io/not-ready', 300],
      ['node.kubernetes.io/unreachable', 300],
    ])
  })

  it('are as the pod says where it does', async () => {
    expect(
      await seconds([
        { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 },
        { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoSchedule' },
      ]),
    ).toEqual([
      ['node.kubernetes.io/not-ready', 5],
      ['node.kubernetes.io/unreachable', undefined],
      ['node.kubernetes.io/unreachable', 300],
    ])
  })
})

describe('a runtime class', () => {
  const runtime = (more: object) => create('/apis/node.k8s.io/v1/runtimeclasses', 'vm', { handler: 'vm', ...more })

  it('says what it costs and where it is', async () => {
    await runtime({
      overhead: { podFixed: { cpu: '250m' } },
      scheduling: {
        nodeSelector: { vm: 'yes' },
        tolerations: [
          { key: 'vm', operator: 'Exists' },
          { key: 'vm', operator: 'Equal', value: 'x' },
        ],
      },
    })
    const spec = await specOf(pod('a', { runtimeClassName: 'vm', nodeSelector: { disk: 'ssd' } }))
    expect(spec).toMatchObject({ overhead: { cpu: '250m' }, nodeSelector: { vm: 'yes', disk: 'ssd' } })
    expect(spec.tolerations?.filter(({ key }) => key === 'vm')).toEqual([{ key: 'vm', operator: 'Exists' }])
    expect((await pod('b', { runtimeClassName: 'vm', nodeSelector: { vm: 'no' } })).json.message).toContain(
      'conflict: runtimeClass.scheduling.nodeSelector[vm] = yes; pod.spec.nodeSelector[vm] = no',
    )
    expect((await pod('c', { runtimeClassName: 'vm', overhead: { cpu: '1' } })).json.message).toContain(
      "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead",
    )
  })

  it('must exist, and nothing else may cost', async () => {
    expect((await pod('a', { runtimeClassName: 'none' })).json.message).toBe(
      'pods "a" is forbidden: pod rejected: RuntimeClass "none" not found',
    )
    expect((await pod('a', { overhead: { cpu: '1' } })).json.message).toContain(
      'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
    )
  })
})

describe('who names no class', () => {
  const asDefault = (key: string) => ({ annotations: { [key]: 'true' } })

  it('gets the default storage class', async () => {
    const claim = async (name: string, spec: object = {}, metadata: object = {}) => {
      const body = { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec } }
      const { json } = await create(`${CORE}/persistentvolumeclaims`, name, body, metadata)
      return (json.spec as k8s.PersistentVolumeClaimSpec).storageClassName
    }
    expect(await claim('before')).toBeUndefined()
    const url = '/apis/storage.k8s.io/v1/storageclasses'
    await create(url, 'fast', { provisioner: 'x' }, asDefault('storageclass.kubernetes.io/is-default-class'))
    await create(url, 'slow', { provisioner: 'x' })
    expect(await claim('a')).toBe('fast')
    expect(await claim('b', { storageClassName: '' })).toBe('')
    expect(await claim('c', {}, { annotations: { 'volume.beta.kubernetes.io/storage-class': 'slow' } })).toBeUndefined()
  })

  it('gets the default ingress class', async () => {
    await create(
      '/apis/networking.k8s.io/v1/ingressclasses',
      'web',
      { spec: { controller: 'example.com/web' } },
      asDefault('ingressclass.kubernetes.io/is-default-class'),
    )
    const url = '/apis/networking.k8s.io/v1/namespaces/default/ingresses'
    const spec = { defaultBackend: { service: { name: 's', port: { number: 80 } } } }
    expect((await create(url, 'i', { spec })).json.spec).toMatchObject({ ingressClassName: 'web' })
  })
})

describe('a claim', () => {
  it('grows only when it is bound and its class lets it', async () => {
    const claims = `${CORE}/persistentvolumeclaims`
    await create('/apis/storage.k8s.io/v1/storageclasses', 'rigid', { provisioner: 'x' })
    await create('/apis/storage.k8s.io/v1/storageclasses', 'elastic', { provisioner: 'x', allowVolumeExpansion: true })
    const grow = async (storageClassName: string, bound: boolean) => {
      const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName }
      const name = `${storageClassName}-${bound}`
      await create(claims, name, { spec: { ...spec, volumeName: 'v' } })
      if (bound) {
        const body = { status: { phase: 'Bound' } }
        await call(cluster.exchange, 'PATCH', `${claims}/${name}/status`, { body, headers: MERGE })
      }
      const body = { spec: { resources: { requests: { storage: '2Gi' } } } }
      const { status, json } = await call(cluster.exchange, 'PATCH', `${claims}/${name}`, { body, headers: MERGE })
      return status === 200 ? 'grown' : json.message
    }
    expect(await grow('elastic', true)).toBe('grown')
    expect(await grow('elastic', false)).toContain('spec is immutable after creation except resources.requests')
    expect(await grow('rigid', true)).toContain('the storageclass that provisions the pvc must support resize')
  })
})

describe('namespaces', () => {
  it.each(['default', 'kube-system', 'kube-public'])('%s stays', async (name) => {
    expect((await call(cluster.exchange, 'DELETE', `/api/v1/namespaces/${name}`)).json).toMatchObject({
      code: 403,
      message: `namespaces "${name}" is forbidden: this namespace may not be deleted`,
    })
  })

  it('that are not there, or are going, take nothing', async () => {
    const configMap = (namespace: string) => create(`/api/v1/namespaces/${namespace}/configmaps`, 'c', {})
    expect((await configMap('none')).json).toMatchObject({ code: 404, message: 'namespaces "none" not found' })
    await create('/api/v1/namespaces', 'going', {})
    await call(cluster.exchange, 'DELETE', '/api/v1/namespaces/going')
    expect((await configMap('going')).json).toMatchObject({
      code: 403,
      message:
        'configmaps "c" is forbidden: unable to create new content in namespace going because it is being terminated',
      details: { causes: [{ reason: 'NamespaceTerminating', field: 'metadata.namespace' }] },
    })
  })
})

it.each([{}, { spec: null }, { spec: {} }, { spec: { containers: [] } }])(
  'a pod with %o is invalid, no more',
  async (body) => {
    await create(`${CORE}/limitranges`, 'l', { spec: { limits: [{ type: 'Container', default: { cpu: '1' } }] } })
    const { status, json } = await create(`${CORE}/pods`, 'p', body)
    expect([status, json.message]).toEqual([422, 'Pod "p" is invalid: spec.containers: Required value'])
  },
)
