import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ControlledCluster, openControlledCluster } from '../../../test/harness/controlled-cluster.ts'
import { eventually } from '../../../test/harness/eventually.ts'
import type { PlayingKubelet } from '../../../test/harness/playing-kubelet.ts'
import { isApiError, type k8s, resources } from '../../api/index.ts'
import { templateOf } from '../testing/objects.ts'
import { targetNode } from './daemon-pod.ts'

const { daemonsets, pods, nodes, controllerrevisions, events } = resources
const namespace = 'default'
const ref = { namespace, name: 'agent' }

function agent(spec: Partial<k8s.DaemonSetSpec> = {}): k8s.DaemonSet {
  return { metadata: ref, spec: { selector: { matchLabels: { app: 'web' } }, template: templateOf('web:1'), ...spec } }
}

describe('a daemon set', () => {
  let cluster: ControlledCluster
  let kubelets: PlayingKubelet[]
  let held: Set<string>

  /** A node that is well, and its kubelet, which also plays the scheduler for it. */
  const addNode = async (name: string, labels: Record<string, string> = {}) => {
    await cluster.client.create(nodes, { metadata: { name, labels }, spec: {} })
    await cluster.client.patch(nodes, { name }, { spec: { taints: null } })
    const conditions = [{ type: 'Ready', status: 'True', lastHeartbeatTime: new Date().toISOString() }]
    await cluster.client.patch(nodes, { name }, { status: { conditions } }, { subresource: 'status' })
    const fate = (pod: k8s.Pod) =>
      targetNode(pod) !== name || held.has(pod.spec.containers[0]?.image ?? '') ? 'held' : 'ready'
    kubelets.push(await cluster.openKubelet({ nodeName: name, fate }))
  }
  beforeEach(async () => {
    cluster = await openControlledCluster()
    held = new Set()
    kubelets = []
    await addNode('one')
    await addNode('two', { disk: 'ssd' })
  })
  afterEach(() => cluster[Symbol.asyncDispose]())

  const list = async () =>
    (await cluster.client.list(pods, { namespace })).items.filter(
      ({ metadata }) => metadata.deletionTimestamp === undefined,
    )
  const onNodes = async () => (await list()).map((pod) => targetNode(pod) ?? '').toSorted((a, b) => a.localeCompare(b))
  const images = async () =>
    (await list()).map(({ spec }) => spec.containers[0]?.image ?? '').toSorted((a, b) => a.localeCompare(b))
  const patch = (spec: object) => cluster.client.patch(daemonsets, ref, { spec })
  const setImage = (image: string) => patch({ template: { spec: { containers: [{ name: 'web', image }] } } })
  const isComplete = (count: number) =>
    eventually(async () => {
      const { metadata, status } = await cluster.client.get(daemonsets, ref)
      expect(status).toMatchObject({
        observedGeneration: metadata.generation,
        desiredNumberScheduled: count,
        currentNumberScheduled: count,
        numberReady: count,
        updatedNumberScheduled: count,
        numberAvailable: count,
        numberMisscheduled: 0,
      })
      expect(status?.numberUnavailable ?? 0).toBe(0)
    })

  it('has a pod on each node, new ones too, and across a restart', async () => {
    await cluster.client.create(daemonsets, agent())
    await isComplete(2)
    expect(await onNodes()).toEqual(['one', 'two'])
    await cluster.restart()
    await addNode('three')
    await isComplete(3)
    const [pod] = await list()
    expect(pod?.spec.tolerations?.map(({ key }) => key?.split('/')[1])).toEqual([
      'not-ready',
      'unreachable',
      'disk-pressure',
      'memory-pressure',
      'pid-pressure',
      'unschedulable',
    ])
    const [revision] = (await cluster.client.list(controllerrevisions, { namespace })).items
    const hash = revision?.metadata.labels?.['controller-revision-hash']
    expect(pod?.metadata.labels).toEqual({
      app: 'web',
      'controller-revision-hash': hash,
      'pod-template-generation': '1',
    })
    expect(revision?.metadata.name).toBe(`agent-${hash}`)
  })

  it('follows the labels and taints of nodes', async () => {
    const { metadata, spec } = templateOf('web:1')
    const template = { metadata, spec: { ...spec, nodeSelector: { disk: 'ssd' } } } as k8s.PodTemplateSpec
    await cluster.client.create(daemonsets, agent({ template }))
    await isComplete(1)
    expect(await onNodes()).toEqual(['two'])
    await cluster.client.patch(nodes, { name: 'one' }, { metadata: { labels: { disk: 'ssd' } } })
    await isComplete(2)
    await cluster.client.patch(nodes, { name: 'two' }, { metadata: { labels: { disk: null } } })
    await eventually(async () => expect(await onNodes()).toEqual(['one']))
    await cluster.client.patch(nodes, { name: 'one' }, { spec: { taints: [{ key: 'k', effect: 'NoExecute' }] } })
    await eventually(async () => expect(await onNodes()).toEqual([]))
  })

  it('brings back what is deleted and replaces what has failed, and tells of it', async () => {
    await cluster.client.create(daemonsets, agent())
    await isComplete(2)
    const [first, second] = await list()
    held.add('web:1')
    await cluster.client.delete(pods, first?.metadata ?? ref)
    await cluster.client.patch(
      pods,
      second?.metadata ?? ref,
      { status: { phase: 'Failed' } },
      { subresource: 'status' },
    )
    const uids = [first?.metadata.uid, second?.metadata.uid]
    await eventually(async () => {
      const present = await list()
      expect(present.length).toBe(2)
      expect(present.filter(({ metadata }) => uids.includes(metadata.uid))).toEqual([])
    })
    held.clear()
    for (const kubelet of kubelets) kubelet.release()
    await isComplete(2)
    const told = (await cluster.client.list(events, { namespace })).items.map(({ reason }) => reason)
    expect(told).toEqual(expect.arrayContaining(['SuccessfulCreate', 'FailedDaemonPod', 'SuccessfulDelete']))
  })

  it('updates one node after the other, and goes back', async () => {
    await cluster.client.create(daemonsets, agent())
    await isComplete(2)
    held.add('web:2')
    await setImage('web:2')
    await eventually(async () => expect(await images()).toEqual(['web:1', 'web:2']))
    held.clear()
    for (const kubelet of kubelets) kubelet.release()
    await isComplete(2)
    expect(await images()).toEqual(['web:2', 'web:2'])
    await setImage('web:1')
    await isComplete(2)
    expect(await images()).toEqual(['web:1', 'web:1'])
    const history = (await cluster.client.list(controllerrevisions, { namespace })).items
    expect(history.map(({ revision }) => revision).toSorted((a, b) => a - b)).toEqual([2, 3])
  })

  it('with surge makes the new pod beside the old one', async () => {
    const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }
    await cluster.client.create(daemonsets, agent({ updateStrategy }))
    await isComplete(2)
    held.add('web:2')
    await setImage('web:2')
    await eventually(async () => expect(await images()).toEqual(['web:1', 'web:1', 'web:2']))
    held.clear()
    for (const kubelet of kubelets) kubelet.release()
    await isComplete(2)
    expect(await images()).toEqual(['web:2', 'web:2'])
  })

  it('OnDelete leaves pods to their owner’s hand', async () => {
    await cluster.client.create(daemonsets, agent({ updateStrategy: { type: 'OnDelete' }, revisionHistoryLimit: 0 }))
    await isComplete(2)
    await setImage('web:2')
    await eventually(async () =>
      expect((await cluster.client.list(controllerrevisions, { namespace })).items.length).toBe(2),
    )
    expect(await images()).toEqual(['web:1', 'web:1'])
    for (const { metadata } of await list()) await cluster.client.delete(pods, metadata)
    await isComplete(2)
    expect(await images()).toEqual(['web:2', 'web:2'])
    await eventually(async () =>
      expect((await cluster.client.list(controllerrevisions, { namespace })).items.length).toBe(1),
    )
  })

  it('orphans its pods, and another of its selector adopts them', async () => {
    await cluster.client.create(daemonsets, agent())
    await isComplete(2)
    const before = (await list()).map(({ metadata }) => metadata.uid ?? '').toSorted((a, b) => a.localeCompare(b))
    await cluster.client.delete(daemonsets, ref, { propagationPolicy: 'Orphan' })
    await eventually(async () => {
      const gone = await cluster.client.get(daemonsets, ref).catch((error: unknown) => isApiError(error, 'NotFound'))
      expect(gone).toBe(true)
    })
    const second = { namespace, name: 'second' }
    await cluster.client.create(daemonsets, { ...agent(), metadata: second })
    await eventually(async () => {
      const { status } = await cluster.client.get(daemonsets, second)
      expect([status?.numberReady, status?.updatedNumberScheduled]).toEqual([2, 2])
    })
    expect((await list()).map(({ metadata }) => metadata.uid ?? '').toSorted((a, b) => a.localeCompare(b))).toEqual(
      before,
    )
  })
})
