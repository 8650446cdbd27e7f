import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ControlledCluster, openControlledCluster } from '../../../test/harness/controlled-cluster.ts'
import { eventually } from '../../../test/harness/eventually.ts'
import { type k8s, resources } from '../../api/index.ts'
import { podOf, templateOf } from '../testing/objects.ts'
import { countHealthy, disruptedPods, wishOf } from './count.ts'
import { msUntilStale } from './stale-target.ts'

const { pods, replicasets, poddisruptionbudgets, events } = resources
const namespace = 'default'
const ref = { namespace, name: 'guard' }
const nowMs = Date.parse('2026-01-01T01:00:00Z')

const budgetOf = (spec: Partial<k8s.PodDisruptionBudgetSpec>): k8s.PodDisruptionBudget => ({
  metadata: ref,
  spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
})

describe('what a budget asks for', () => {
  it.each([
    { spec: { minAvailable: 2 }, expected: { expectedPods: 4, desiredHealthy: 2 } },
    { spec: { minAvailable: '50%' }, expected: { expectedPods: 5, desiredHealthy: 3 } },
    { spec: { maxUnavailable: 1 }, expected: { expectedPods: 5, desiredHealthy: 4 } },
    { spec: { maxUnavailable: '30%' }, expected: { expectedPods: 5, desiredHealthy: 3 } },
    { spec: { maxUnavailable: 9 }, expected: { expectedPods: 5, desiredHealthy: 0 } },
    { spec: {}, expected: { expectedPods: 0, desiredHealthy: 0 } },
  ])('$spec of 4 pods where 5 should be', ({ spec, expected }) => {
    expect(wishOf(budgetOf(spec), { pods: 4, scale: 5 })).toEqual(expected)
  })
})

describe('pods that are to go', () => {
  const disruptedAt = (time: string): k8s.PodDisruptionBudget => ({
    ...budgetOf({}),
    status: {
      currentHealthy: 0,
      desiredHealthy: 0,
      disruptionsAllowed: 0,
      expectedPods: 0,
      disruptedPods: { a: time, gone: time },
    },
  })
  const present = [podOf({ name: 'a' }), podOf({ name: 'b' }), podOf({ name: 'c', isReady: false })]

  it('do not count as healthy for two minutes', () => {
    const disrupted = disruptedPods(disruptedAt('2026-01-01T00:59:00Z'), present, nowMs)
    expect(disrupted).toEqual({ pods: { a: '2026-01-01T00:59:00Z' }, late: [], againInMs: 60_000 })
    expect(countHealthy(present, disrupted)).toBe(1)
  })
  it('count again when they have not gone by then', () => {
    const disrupted = disruptedPods(disruptedAt('2026-01-01T00:50:00Z'), present, nowMs)
    expect(disrupted).toEqual({ pods: {}, late: [present[0]], againInMs: undefined })
    expect(countHealthy(present, disrupted)).toBe(2)
  })
})

describe('a DisruptionTarget', () => {
  const target = (condition: Partial<k8s.PodCondition> = {}, isDeleting = false): k8s.Pod => {
    const pod = podOf({ name: 'a', isDeleting })
    const since = { type: 'DisruptionTarget', status: 'True', lastTransitionTime: '2026-01-01T00:59:00Z' }
    return { ...pod, status: { ...pod.status, conditions: [{ ...since, ...condition }] } }
  }
  it.each([
    { why: 'a minute later', pod: target(), wait: 60_000 },
    { why: 'long since', pod: target({ lastTransitionTime: '2026-01-01T00:00:00Z' }), wait: 0 },
    { why: 'never while the pod goes', pod: target({}, true), wait: undefined },
    { why: 'never by the kubelet', pod: target({ reason: 'TerminationByKubelet' }), wait: undefined },
    { why: 'never when it is over', pod: target({ status: 'False' }), wait: undefined },
  ])('is stale $why', ({ pod, wait }) => {
    expect(msUntilStale(pod, nowMs)).toBe(wait)
  })
})

describe('the disruption controller', () => {
  let cluster: ControlledCluster

  beforeEach(async () => {
    cluster = await openControlledCluster()
    await cluster.openKubelet()
  })
  afterEach(() => cluster[Symbol.asyncDispose]())

  const status = async () => (await cluster.client.get(poddisruptionbudgets, ref)).status
  const guard = (spec: Partial<k8s.PodDisruptionBudgetSpec>) =>
    cluster.client.create(poddisruptionbudgets, budgetOf(spec))
  const makePods = (replicas: number) =>
    cluster.client.create(replicasets, {
      metadata: { namespace, name: 'web' },
      spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: templateOf('web:1') },
    })
  const list = async () => (await cluster.client.list(pods, { namespace })).items
  const evict = (name: string) =>
    cluster.client
      .subresource(pods, { namespace, name }, 'eviction', {
        body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { namespace, name } },
      })
      .then(
        () => 'evicted',
        (error: unknown) => error,
      )

  it('counts, allows what may be missing, and lets no more go', async () => {
    await makePods(3)
    await guard({ maxUnavailable: 1 })
    await eventually(async () =>
      expect(await status()).toMatchObject({
        currentHealthy: 3,
        desiredHealthy: 2,
        expectedPods: 3,
        disruptionsAllowed: 1,
        observedGeneration: 1,
        conditions: [{ type: 'DisruptionAllowed', status: 'True', reason: 'SufficientPods', message: '' }],
      }),
    )
    const names = (await list()).map(({ metadata }) => metadata.name)
    const answers = await Promise.all(names.map(evict))
    expect(answers.filter((answer) => answer === 'evicted').length).toBe(1)
    const refusal = answers.find((answer) => answer !== 'evicted')
    expect(refusal).toMatchObject({
      code: 429,
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
      status: { details: { causes: [{ reason: 'DisruptionBudget' }] } },
    })
    // The replica set makes another, and then one more may go.
    await eventually(async () => expect(await status()).toMatchObject({ currentHealthy: 3, disruptionsAllowed: 1 }))
  })

  it('of pods that nobody makes says so, and counts them where a number is asked for', async () => {
    const { metadata, spec } = templateOf('web:1')
    const lone = { ...metadata, namespace, name: 'lone' }
    await cluster.client.create(pods, { metadata: lone, spec: spec as k8s.PodSpec })
    await guard({ minAvailable: '50%' })
    await eventually(async () => {
      const told = (await cluster.client.list(events, { namespace })).items.filter(
        ({ reason }) => reason === 'UnmanagedPods',
      )
      expect(told[0]?.message).toContain(
        '(selector: &LabelSelector{MatchLabels:map[string]string{app: web,},MatchExpressions:[]LabelSelectorRequirement{},})',
      )
    })
    await cluster.client.delete(poddisruptionbudgets, ref)
    await guard({ minAvailable: 1 })
    await eventually(async () =>
      expect(await status()).toMatchObject({
        currentHealthy: 1,
        desiredHealthy: 1,
        conditions: [{ status: 'False', reason: 'InsufficientPods' }],
      }),
    )
    expect(await evict('lone')).toMatchObject({ code: 429 })
  })

  it('of pods whose controller has no scale allows nothing', async () => {
    const { metadata, spec } = templateOf('web:1')
    const owner = await cluster.client.create(resources.configmaps, { metadata: { namespace, name: 'owner' } })
    const uid = owner.metadata.uid ?? ''
    const reference = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid, controller: true }
    const owned = { ...metadata, namespace, name: 'owned', ownerReferences: [reference] }
    await cluster.client.create(pods, { metadata: owned, spec: spec as k8s.PodSpec })
    await guard({ maxUnavailable: 1 })
    await eventually(async () =>
      expect((await status())?.conditions).toMatchObject([
        { status: 'False', reason: 'SyncFailed', message: 'configmaps does not implement the scale subresource' },
      ]),
    )
  })
})
