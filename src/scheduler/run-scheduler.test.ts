import { afterEach, beforeEach, expect, test } from 'vitest'
import { openTestCluster, type TestCluster } from '../../test/harness/cluster.ts'
import { componentClients } from '../../test/harness/components.ts'
import { isApiError, type k8s, resources } from '../api/index.ts'
import { silentLogger, systemClock } from '../lib/index.ts'
import { runScheduler } from './run-scheduler.ts'

let cluster: TestCluster
let stop: AbortController
let running: Promise<void> | undefined

beforeEach(async () => {
  cluster = await openTestCluster()
  stop = new AbortController()
})
afterEach(async () => {
  stop.abort()
  await running
  running = undefined
  await cluster[Symbol.asyncDispose]()
})

function start(client = cluster.client): void {
  running = runScheduler({ client, clock: systemClock, logger: silentLogger, signal: stop.signal })
}

async function createNode(name: string, allocatable: Record<string, string> = {}): Promise<void> {
  const amounts = { cpu: '4', memory: '8Gi', pods: '110', ...allocatable }
  const node: k8s.Node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    spec: {},
    status: { capacity: amounts, allocatable: amounts },
  }
  const created = await cluster.client.create(resources.nodes, node)
  await cluster.client.updateStatus(resources.nodes, { ...created, status: node.status })
  // A new node is kept free until its lifecycle controller has seen that it is ready.
  await cluster.client.patch(resources.nodes, { name }, { spec: { taints: null } })
}

async function createPod(name: string, spec: Partial<k8s.PodSpec> = {}, cpu = '100m'): Promise<void> {
  await cluster.client.create(resources.pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: { containers: [{ name: 'main', image: 'app', resources: { requests: { cpu } } }], ...spec },
  })
}

const getPod = (name: string) => cluster.client.get(resources.pods, { namespace: 'default', name })
const nodeOf = async (name: string) => (await getPod(name)).spec.nodeName
const conditionOf = async (name: string) =>
  (await getPod(name)).status?.conditions?.find(({ type }) => type === 'PodScheduled')
const eventsOf = async (name: string) =>
  (await cluster.client.list(resources.events, { namespace: 'default' })).items
    .filter((event) => event.involvedObject.name === name)
    .map((event) => `${event.type} ${event.reason}: ${event.message}`)

test('binds a pod, says so on it, and tells of it', async () => {
  await createNode('node-1')
  start()
  await createPod('web')
  await expect.poll(() => nodeOf('web')).toBe('node-1')
  expect(await conditionOf('web')).toMatchObject({ status: 'True' })
  await expect.poll(() => eventsOf('web')).toEqual(['Normal Scheduled: Successfully assigned default/web to node-1'])
})

test('says why a pod has no node, and binds it when there is room', async () => {
  await createNode('node-1', { cpu: '1' })
  start()
  await createPod('first', {}, '1')
  await expect.poll(() => nodeOf('first')).toBe('node-1')
  await createPod('second', {}, '1')
  const message =
    '0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.'
  await expect.poll(() => conditionOf('second')).toMatchObject({ status: 'False', reason: 'Unschedulable', message })
  await expect.poll(() => eventsOf('second')).toEqual([`Warning FailedScheduling: ${message}`])
  await cluster.client.delete(resources.pods, { namespace: 'default', name: 'first' }, { gracePeriodSeconds: 0 })
  await expect.poll(() => nodeOf('second'), { timeout: 5_000 }).toBe('node-1')
})

test('a pod that came before any node is bound once there is one', async () => {
  start()
  await createPod('early')
  await expect.poll(() => conditionOf('early')).toMatchObject({ message: 'no nodes available to schedule pods' })
  await createNode('node-1')
  await expect.poll(() => nodeOf('early'), { timeout: 5_000 }).toBe('node-1')
})

test('leaves gated pods, and pods of other schedulers, alone', async () => {
  await createNode('node-1')
  start()
  await createPod('gated', { schedulingGates: [{ name: 'example.com/wait' }] })
  await createPod('foreign', { schedulerName: 'theirs' })
  await createPod('ours')
  await expect.poll(() => nodeOf('ours')).toBe('node-1')
  expect(await nodeOf('gated')).toBeUndefined()
  expect(await nodeOf('foreign')).toBeUndefined()
  await expect.poll(() => conditionOf('gated')).toMatchObject({ reason: 'SchedulingGated' })
  await cluster.client.patch(
    resources.pods,
    { namespace: 'default', name: 'gated' },
    { spec: { schedulingGates: null } },
  )
  await expect.poll(() => nodeOf('gated')).toBe('node-1')
})

test('binds five hundred pods without overfilling any node', async () => {
  for (let at = 0; at < 10; at++) await createNode(`node-${at}`, { pods: '60' })
  await Promise.all(Array.from({ length: 500 }, (_, at) => createPod(`pod-${at}`, {}, '10m')))
  start()
  const bound = async () => (await cluster.client.list(resources.pods)).items.filter((pod) => pod.spec.nodeName)
  await expect.poll(async () => (await bound()).length, { timeout: 10_000, interval: 100 }).toBe(500)
  const perNode = Map.groupBy(await bound(), (pod) => pod.spec.nodeName)
  expect(Math.max(...[...perNode.values()].map((pods) => pods.length))).toBeLessThanOrEqual(60)
})

test('ends cleanly while pods still wait', async () => {
  start()
  await createPod('waiting')
  await expect.poll(() => conditionOf('waiting')).toMatchObject({ status: 'False' })
  stop.abort()
  await expect(running).resolves.toBeUndefined()
})

test('a pod deleted while it waits is forgotten', async () => {
  start()
  await createPod('gone')
  await expect.poll(() => conditionOf('gone')).toMatchObject({ status: 'False' })
  await cluster.client.delete(resources.pods, { namespace: 'default', name: 'gone' }, { gracePeriodSeconds: 0 })
  await createNode('node-1')
  await createPod('next')
  await expect.poll(() => nodeOf('next')).toBe('node-1')
  expect(await getPod('gone').catch((error: unknown) => isApiError(error, 'NotFound'))).toBe(true)
})

const forceDelete = (name: string) =>
  cluster.client.delete(resources.pods, { namespace: 'default', name }, { gracePeriodSeconds: 0 })
const priorityClass = (name: string, value: number) =>
  cluster.client.create(resources.priorityclasses, { metadata: { name }, value })

test('makes room for a more important pod, says so on those that go, and waits for them', async () => {
  const { clientAs, refused } = componentClients(cluster)
  await createNode('node-1', { cpu: '1' })
  await priorityClass('urgent', 1000)
  start(clientAs({ name: 'system:kube-scheduler', groups: ['system:authenticated'] }))
  await createPod('lesser', {}, '1')
  await expect.poll(() => nodeOf('lesser')).toBe('node-1')
  await createPod('urgent', { priorityClassName: 'urgent' }, '1')
  await expect.poll(async () => (await getPod('lesser')).metadata.deletionTimestamp).toBeDefined()
  expect((await getPod('lesser')).status?.conditions).toContainEqual(
    expect.objectContaining({
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'PreemptionByScheduler',
      message: 'default-scheduler: preempting to accommodate a higher priority pod',
    }),
  )
  const { metadata } = await getPod('urgent')
  await expect
    .poll(() => eventsOf('lesser'))
    .toContain(`Normal Preempted: Preempted by pod ${metadata.uid} on node node-1`)
  await expect.poll(async () => (await getPod('urgent')).status?.nominatedNodeName).toBe('node-1')
  expect(await eventsOf('urgent')).toEqual(['Warning FailedScheduling: 0/1 nodes are available: 1 Insufficient cpu.'])
  // Room that is being made is not for others.
  await createPod('other', {}, '1')
  await expect.poll(() => conditionOf('other')).toMatchObject({ status: 'False' })
  await forceDelete('lesser')
  await expect.poll(() => nodeOf('urgent'), { timeout: 5_000 }).toBe('node-1')
  expect(await nodeOf('other')).toBeUndefined()
  expect(refused).toEqual([])
})

test('a pod that may not preempt others says so and waits', async () => {
  await createNode('node-1', { cpu: '1' })
  await cluster.client.create(resources.priorityclasses, {
    metadata: { name: 'patient' },
    value: 1000,
    preemptionPolicy: 'Never',
  })
  start()
  await createPod('lesser', {}, '1')
  await expect.poll(() => nodeOf('lesser')).toBe('node-1')
  await createPod('patient', { priorityClassName: 'patient' }, '1')
  await expect
    .poll(() => conditionOf('patient'))
    .toMatchObject({
      message: '0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to preemptionPolicy=Never.',
    })
  expect((await getPod('lesser')).metadata.deletionTimestamp).toBeUndefined()
})

test('a pod whose binding fails says so and is tried again', async () => {
  await createNode('node-1')
  let failures = 1
  const { client } = cluster
  start({
    ...client,
    subresource: async (...call: Parameters<typeof client.subresource>) => {
      if (call[2] === 'binding' && failures-- > 0) throw new Error('the wire is cut')
      return client.subresource(...call)
    },
  })
  await createPod('web')
  await expect
    .poll(() => eventsOf('web'))
    .toContain('Warning FailedScheduling: running Bind plugin "DefaultBinder": the wire is cut')
  expect(await conditionOf('web')).toMatchObject({ reason: 'SchedulerError' })
  await expect.poll(() => nodeOf('web'), { timeout: 5_000 }).toBe('node-1')
})
