import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'
import { type k8s, resources } from '../../api/index.ts'

const { pods, poddisruptionbudgets } = resources
const namespace = 'default'
const ref = { namespace, name: 'p' }
const REFUSED = "Cannot evict pod as it would violate the pod's disruption budget."

describe('an eviction', () => {
  let cluster: TestCluster
  beforeEach(async () => {
    cluster = await openTestCluster()
  })
  afterEach(() => cluster[Symbol.asyncDispose]())

  const makePod = async (status: Partial<k8s.PodStatus>, finalizers: string[] = []) => {
    await cluster.client.create(pods, {
      metadata: { ...ref, labels: { app: 'a' }, finalizers },
      spec: { nodeName: 'n', containers: [{ name: 'c', image: 'i' }] },
    })
    await cluster.client.patch(pods, ref, { status }, { subresource: 'status' })
  }
  const running = (ready: 'True' | 'False' = 'True') => ({
    phase: 'Running',
    conditions: [{ type: 'Ready', status: ready }],
  })
  const guard = async (status: Partial<k8s.PodDisruptionBudgetStatus>, spec: object = {}, name = 'b') => {
    await cluster.client.create(poddisruptionbudgets, {
      metadata: { namespace, name },
      spec: { selector: { matchLabels: { app: 'a' } }, minAvailable: 1, ...spec },
    })
    await cluster.client.patch(poddisruptionbudgets, { namespace, name }, { status }, { subresource: 'status' })
  }
  const evict = async (body: object = {}) => {
    const { status, body: answer } = await cluster.exchange({
      method: 'POST',
      signal: new AbortController().signal,
      url: `/api/v1/namespaces/default/pods/p/eviction`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ apiVersion: 'policy/v1', kind: 'Eviction', metadata: ref, ...body }),
    })
    return { code: status, answer: JSON.parse(answer as string) as k8s.Status }
  }
  const budget = async () => (await cluster.client.get(poddisruptionbudgets, { namespace, name: 'b' })).status

  it('takes one of what the budget allows, and says to the pod why it goes', async () => {
    await makePod(running())
    await guard({ observedGeneration: 1, disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1 })
    expect((await evict()).code).toBe(201)
    expect(await budget()).toMatchObject({
      disruptionsAllowed: 0,
      disruptedPods: { p: expect.stringMatching(/Z$/) },
      conditions: [{ type: 'DisruptionAllowed', status: 'False', reason: 'InsufficientPods' }],
    })
    const pod = await cluster.client.get(pods, ref)
    expect(pod.metadata.deletionTimestamp).toBeDefined()
    expect(pod.status?.conditions).toContainEqual(
      expect.objectContaining({
        type: 'DisruptionTarget',
        status: 'True',
        reason: 'EvictionByEvictionAPI',
        message: 'Eviction API: evicting',
      }),
    )
  })

  it.each([
    {
      why: 'the budget allows none',
      status: { observedGeneration: 1, currentHealthy: 1, desiredHealthy: 1 },
      details: {
        causes: [
          { reason: 'DisruptionBudget', message: 'The disruption budget b needs 1 healthy pods and has 1 currently' },
        ],
      },
    },
    {
      why: 'the controller has not looked at the budget',
      status: { disruptionsAllowed: 1 },
      details: {
        causes: [
          { reason: 'DisruptionBudget', message: 'The disruption budget b is still being processed by the server.' },
        ],
        retryAfterSeconds: 10,
      },
    },
  ])('is refused where $why', async ({ status, details }) => {
    await makePod(running())
    await guard(status)
    const { code, answer } = await evict()
    expect(code).toBe(429)
    expect(answer).toMatchObject({ reason: 'TooManyRequests', message: REFUSED, details })
    expect((await cluster.client.get(pods, ref)).metadata.deletionTimestamp).toBeUndefined()
  })

  it('is refused for a pod of several budgets', async () => {
    await makePod(running())
    await guard({})
    await guard({}, {}, 'c')
    expect(await evict()).toEqual({
      code: 500,
      answer: {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
        code: 500,
      },
    })
  })

  it.each([
    { why: 'has ended', pod: { phase: 'Failed' }, budgetStatus: {}, spec: {} },
    { why: 'has not begun', pod: { phase: 'Pending' }, budgetStatus: {}, spec: {} },
    {
      why: 'is unready and always may',
      pod: running('False'),
      budgetStatus: {},
      spec: { unhealthyPodEvictionPolicy: 'AlwaysAllow' },
    },
    {
      why: 'is unready while enough are ready',
      pod: running('False'),
      budgetStatus: { observedGeneration: 1, currentHealthy: 1, desiredHealthy: 1 },
      spec: {},
    },
  ])('of a pod that $why takes nothing of the budget', async ({ pod, budgetStatus, spec }) => {
    await makePod(pod, ['example.com/hold'])
    await guard(budgetStatus, spec)
    expect((await evict()).code).toBe(201)
    expect((await budget())?.disruptedPods).toBeUndefined()
    expect((await cluster.client.get(pods, ref)).metadata.deletionTimestamp).toBeDefined()
  })

  it('of an unready pod is refused while too few are ready', async () => {
    await makePod(running('False'))
    await guard({ observedGeneration: 1, currentHealthy: 0, desiredHealthy: 1 })
    expect((await evict()).code).toBe(429)
  })

  it('of another pod than was meant is a conflict, and of none is not found', async () => {
    await makePod(running())
    expect((await evict({ deleteOptions: { preconditions: { uid: 'other' } } })).code).toBe(409)
    expect((await cluster.client.get(pods, ref)).status?.conditions?.length).toBe(1)
    await cluster.client.delete(pods, ref, { gracePeriodSeconds: 0 })
    expect((await evict()).code).toBe(404)
  })

  it('that is only tried changes nothing', async () => {
    await makePod(running())
    await guard({ observedGeneration: 1, disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1 })
    expect((await evict({ deleteOptions: { dryRun: ['All'] } })).code).toBe(201)
    expect(await budget()).toMatchObject({ disruptionsAllowed: 1 })
    expect((await cluster.client.get(pods, ref)).metadata.deletionTimestamp).toBeUndefined()
  })
})
