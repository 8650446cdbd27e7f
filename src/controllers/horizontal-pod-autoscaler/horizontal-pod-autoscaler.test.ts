import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'
import { type k8s, resources } from '../../api/index.ts'
import { openInformer } from '../../client/index.ts'
import { FakeClock } from '../../lib/index.ts'
import type { ControllerEvent } from '../events.ts'
import { podOf } from '../testing/objects.ts'
import { type History, newHistory } from './history.ts'
import { normalize, type NormalizeInput, withScaleEvent } from './normalize.ts'
import { goDurationMs, type PodMetricsInfo, podMetricsInfo } from './pod-metrics.ts'
import { type AutoscalerController, reconcileAutoscaler } from './reconcile.ts'
import {
  replicasForTotal,
  replicasForTotalPerPod,
  replicasForUsage,
  replicasForUtilization,
} from './replicas-for-usage.ts'
import { printedSelector, selectorText } from './selector-text.ts'

const NOW = 1_700_000_000_000
const TOLERANCES = { scaleUp: 0.1, scaleDown: 0.1 }
const iso = (ms: number) => new Date(ms).toISOString().replace('.000', '')

/** Long ready, unless said otherwise. */
function podNamed(name: string, request: string | undefined, status: Partial<k8s.PodStatus> = {}): k8s.Pod {
  const pod = podOf({ name })
  const resources = request === undefined ? {} : { requests: { cpu: request, memory: request } }
  return {
    ...pod,
    spec: { ...pod.spec, containers: [{ name: 'web', image: 'web', resources }] },
    status: {
      phase: 'Running',
      startTime: iso(NOW - 3_600_000),
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: iso(NOW - 3_500_000) }],
      ...status,
    },
  }
}

const metricsOf = (values: Record<string, number>): PodMetricsInfo =>
  new Map(Object.entries(values).map(([pod, value]) => [pod, { value, timestampMs: NOW, windowMs: 10_000 }]))

const unready = { conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: iso(NOW - 3_600_000) }] }

describe('how many pods a utilization asks for', () => {
  const many = (count: number, request = '1') => Array.from({ length: count }, (_, i) => podNamed(`p${i}`, request))
  it.each<{
    why: string
    pods: k8s.Pod[]
    used: number[]
    target: number
    current: number
    replicas: number
    percent: number
  }>([
    { why: 'more', pods: many(3), used: [300, 500, 700], target: 30, current: 3, replicas: 5, percent: 50 },
    { why: 'fewer', pods: many(5), used: [100, 300, 500, 250, 250], target: 50, current: 5, replicas: 3, percent: 28 },
    {
      why: 'as they are within a tenth',
      pods: many(3),
      used: [1010, 1030, 1020],
      target: 100,
      current: 3,
      replicas: 3,
      percent: 102,
    },
    {
      why: 'unready ones of a scale-up count as idle',
      pods: [podNamed('p0', '1', unready), podNamed('p1', '1'), podNamed('p2', '1')],
      used: [100, 500, 700],
      target: 30,
      current: 3,
      replicas: 4,
      percent: 60,
    },
    {
      why: 'pending ones too, and then nothing changes',
      pods: [podNamed('p0', '1'), podNamed('p1', '1', { phase: 'Pending' }), podNamed('p2', '1', { phase: 'Pending' })],
      used: [400],
      target: 30,
      current: 3,
      replicas: 3,
      percent: 40,
    },
    {
      why: 'failed ones do not count',
      pods: [...many(2), podNamed('p2', '1', { phase: 'Failed' })],
      used: [500, 700],
      target: 50,
      current: 2,
      replicas: 3,
      percent: 60,
    },
    {
      why: 'missing ones of a scale-down count as busy',
      pods: many(4),
      used: [100, 100, 100],
      target: 50,
      current: 4,
      replicas: 3,
      percent: 10,
    },
    {
      why: 'missing ones of a scale-up count as idle',
      pods: many(4),
      used: [1000, 1000],
      target: 40,
      current: 4,
      replicas: 5,
      percent: 100,
    },
  ])('$why', ({ pods, used, target, current, replicas, percent }) => {
    const proposal = replicasForUtilization({
      pods,
      metrics: metricsOf(Object.fromEntries(used.map((value, i) => [`p${i}`, value]))),
      currentReplicas: current,
      targetUtilization: target,
      tolerances: TOLERANCES,
      resource: 'cpu',
      container: undefined,
      isCpu: true,
      nowMs: NOW,
    })
    expect([proposal.replicas, proposal.utilization]).toEqual([replicas, percent])
  })

  it.each([
    ['no pods', [], {}, 'no pods returned by selector while calculating replica count'],
    ['no request', [podNamed('p0', undefined)], { p0: 1 }, 'missing request for cpu in container web of Pod p0'],
    [
      'only unready pods',
      [podNamed('p0', '1', unready)],
      { p0: 1 },
      'did not receive metrics for targeted pods (pods might be unready)',
    ],
  ])('%s: none', (_, pods, used, message) => {
    const input = { pods, metrics: metricsOf(used), currentReplicas: 1, targetUtilization: 50, tolerances: TOLERANCES }
    expect(() =>
      replicasForUtilization({ ...input, resource: 'cpu', container: undefined, isCpu: true, nowMs: NOW }),
    ).toThrow(message)
  })

  it('a pod that started lately counts when a whole window was measured since it became ready', () => {
    const since = (ms: number) => ({
      startTime: iso(NOW - 60_000),
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: iso(NOW - ms) }],
    })
    const count = (ms: number) =>
      replicasForUsage({
        pods: [podNamed('p0', '1'), podNamed('p1', '1', since(ms))],
        metrics: metricsOf({ p0: 1000, p1: 1000 }),
        currentReplicas: 2,
        targetUsage: 500,
        tolerances: TOLERANCES,
        isCpu: true,
        nowMs: NOW,
      }).replicas
    expect([count(30_000), count(5_000)]).toEqual([4, 2])
  })

  it('one container alone is looked at', () => {
    const items = [
      {
        metadata: { name: 'p0' },
        timestamp: iso(NOW),
        window: '10s',
        containers: [
          { name: 'web', usage: { cpu: '500m', memory: '1Ki' } },
          { name: 'side', usage: { cpu: '200m', memory: '1Ki' } },
        ],
      },
      {
        metadata: { name: 'p1' },
        timestamp: iso(NOW),
        window: '10s',
        containers: [{ name: 'side', usage: { cpu: '1' } }],
      },
    ]
    expect(podMetricsInfo(items, 'cpu', undefined).get('p0')?.value).toBe(700)
    expect([...podMetricsInfo(items, 'cpu', 'web')]).toEqual([
      ['p0', { value: 500, timestampMs: NOW, windowMs: 10_000 }],
    ])
    expect([...podMetricsInfo(items, 'memory', undefined).keys()]).toEqual(['p0'])
    expect([goDurationMs('1m30.5s'), goDurationMs('10s')]).toEqual([90_500, 10_000])
  })

  it('numbers about the whole', () => {
    const pods = many(3)
    const total = { tolerances: TOLERANCES, target: 10_000 }
    expect(replicasForTotal({ ...total, pods, currentReplicas: 3, usage: 30_000 }).replicas).toBe(9)
    expect(replicasForTotal({ ...total, pods, currentReplicas: 0, usage: 5_000 }).replicas).toBe(1)
    expect(replicasForTotalPerPod({ ...total, statusReplicas: 3, usage: 50_000 })).toEqual({
      replicas: 5,
      usage: 16_667,
    })
    expect(replicasForTotalPerPod({ ...total, statusReplicas: 3, usage: 31_000 }).replicas).toBe(3)
  })
})

describe('what is asked for, kept within bounds', () => {
  const run = (
    input: Partial<NormalizeInput>,
    history: History = newHistory(input.currentReplicas ?? 1, NOW - 1_000_000),
  ) => {
    const whole = {
      currentReplicas: 1,
      desiredReplicas: 1,
      minReplicas: 1,
      maxReplicas: 100,
      behavior: undefined,
      nowMs: NOW,
    }
    const { replicas, ableToScale, scalingLimited } = normalize({ ...whole, ...input }, history)
    return [replicas, ableToScale.reason, scalingLimited.reason, scalingLimited.status]
  }
  const rules = (up: Partial<k8s.HPAScalingRules>, down: Partial<k8s.HPAScalingRules> = {}) => ({
    scaleUp: { stabilizationWindowSeconds: 0, selectPolicy: 'Max', policies: [], ...up },
    scaleDown: { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }], ...down },
  })
  const policy = (type: string, value: number, periodSeconds = 60) => ({ type, value, periodSeconds })

  it.each<{ why: string; input: Partial<NormalizeInput>; history?: History; expected: unknown[] }>([
    { why: 'within', input: { desiredReplicas: 3 }, expected: [3, 'ReadyForNewScale', 'DesiredWithinRange', 'False'] },
    {
      why: 'twice at most',
      input: { currentReplicas: 3, desiredReplicas: 10 },
      expected: [6, 'ReadyForNewScale', 'ScaleUpLimit', 'True'],
    },
    {
      why: 'four in any case',
      input: { desiredReplicas: 10 },
      expected: [4, 'ReadyForNewScale', 'ScaleUpLimit', 'True'],
    },
    {
      why: 'the maximum',
      input: { desiredReplicas: 10, maxReplicas: 3 },
      expected: [3, 'ReadyForNewScale', 'TooManyReplicas', 'True'],
    },
    {
      why: 'the minimum',
      input: { currentReplicas: 5, desiredReplicas: 1, minReplicas: 2 },
      expected: [2, 'ReadyForNewScale', 'TooFewReplicas', 'True'],
    },
    {
      why: 'down to the highest of five minutes',
      input: { currentReplicas: 5, desiredReplicas: 1 },
      history: {
        recommendations: [
          { atMs: NOW - 299_000, replicas: 4 },
          { atMs: NOW - 301_000, replicas: 5 },
        ],
        ups: [],
        downs: [],
      },
      expected: [4, 'ScaleDownStabilized', 'DesiredWithinRange', 'False'],
    },
    {
      why: 'up to the lowest of the window that a behaviour asks for',
      input: {
        currentReplicas: 2,
        desiredReplicas: 8,
        behavior: rules({ stabilizationWindowSeconds: 60, policies: [policy('Pods', 100)] }),
      },
      history: { recommendations: [{ atMs: NOW - 30_000, replicas: 3 }], ups: [], downs: [] },
      expected: [3, 'ScaleUpStabilized', 'DesiredWithinRange', 'False'],
    },
    {
      why: 'so many pods in a period, those of before counted',
      input: { currentReplicas: 6, desiredReplicas: 20, behavior: rules({ policies: [policy('Pods', 4)] }) },
      history: { recommendations: [], ups: [{ atMs: NOW - 30_000, change: 3 }], downs: [] },
      expected: [7, 'ReadyForNewScale', 'ScaleUpLimit', 'True'],
    },
    {
      why: 'the policy that allows most, or least',
      input: {
        currentReplicas: 10,
        desiredReplicas: 50,
        behavior: rules({ policies: [policy('Pods', 4), policy('Percent', 75)] }),
      },
      expected: [18, 'ReadyForNewScale', 'ScaleUpLimit', 'True'],
    },
    {
      why: 'the policy that allows least',
      input: {
        currentReplicas: 10,
        desiredReplicas: 50,
        behavior: rules({ selectPolicy: 'Min', policies: [policy('Pods', 4), policy('Percent', 75)] }),
      },
      expected: [14, 'ReadyForNewScale', 'ScaleUpLimit', 'True'],
    },
    {
      why: 'down by a share',
      input: {
        currentReplicas: 10,
        desiredReplicas: 1,
        behavior: rules({}, { stabilizationWindowSeconds: 0, policies: [policy('Percent', 25)] }),
      },
      expected: [7, 'ReadyForNewScale', 'ScaleDownLimit', 'True'],
    },
    {
      why: 'never where it is disabled',
      input: {
        currentReplicas: 10,
        desiredReplicas: 1,
        behavior: rules({}, { stabilizationWindowSeconds: 0, selectPolicy: 'Disabled' }),
      },
      expected: [10, 'ReadyForNewScale', 'ScaleDownLimit', 'True'],
    },
  ])('$why', ({ input, history, expected }) => {
    expect(run(input, history)).toEqual(expected)
  })

  it('changes are remembered while a policy asks for them', () => {
    const behavior = rules({ policies: [policy('Pods', 4, 30)] })
    const first = withScaleEvent(newHistory(1, NOW), { from: 1, to: 5, nowMs: NOW }, behavior)
    expect(first.ups).toEqual([{ atMs: NOW, change: 4 }])
    const later = withScaleEvent(first, { from: 5, to: 2, nowMs: NOW + 31_000 }, behavior)
    expect([later.ups, later.downs]).toEqual([[], [{ atMs: NOW + 31_000, change: 3 }]])
    expect(withScaleEvent(first, { from: 1, to: 5, nowMs: NOW }, undefined)).toBe(first)
  })
})

it('selectors are spelled as in queries and as Go prints them', () => {
  const selector = {
    matchLabels: { b: '2', a: '1' },
    matchExpressions: [{ key: 'c', operator: 'In', values: ['y', 'x'] }],
  }
  expect(selectorText(selector)).toBe('a=1,b=2,c in (x,y)')
  expect(printedSelector({ matchLabels: { a: '1' } })).toBe(
    '&LabelSelector{MatchLabels:map[string]string{a: 1,},MatchExpressions:[]LabelSelectorRequirement{},}',
  )
  expect(printedSelector(undefined)).toBe('nil')
})

describe('an autoscaler over a real API server', () => {
  let cluster: TestCluster
  let clock: FakeClock
  let events: ControllerEvent[]
  let usage: Record<string, number>
  let stack: AsyncDisposableStack
  let controller: AutoscalerController

  beforeEach(async () => {
    stack = new AsyncDisposableStack()
    clock = new FakeClock(Date.now())
    events = []
    usage = {}
    const kubelet = async () => {
      const time = iso(Math.floor(clock.now() / 1000) * 1000)
      const pods = (await cluster.client.list(resources.pods)).items.flatMap(({ metadata }) => {
        const used = usage[metadata.name]
        if (used === undefined) return []
        const { name, namespace, uid } = metadata
        const container = { name: 'web', cpu: { time, usageNanoCores: used * 1e6 }, memory: { workingSetBytes: 4096 } }
        return [{ podRef: { name, namespace, uid }, containers: [container] }]
      })
      return { status: 200, headers: {}, body: JSON.stringify({ node: { nodeName: 'n' }, pods }) }
    }
    cluster = stack.use(await openTestCluster({ kubelet }))
    const autoscalers = stack.use(await openInformer(cluster.client, resources.horizontalpodautoscalers))
    const pods = stack.use(await openInformer(cluster.client, resources.pods))
    controller = {
      client: cluster.client,
      clock,
      record: (event) => events.push(event),
      get: (ref) => autoscalers.get(ref),
      podsIn: (namespace) => pods.list(namespace),
      histories: new Map(),
      selectors: new Map(),
    }
  })
  afterEach(() => stack.disposeAsync())

  const hpaOf = (spec: Partial<k8s.HorizontalPodAutoscalerSpec> = {}): k8s.HorizontalPodAutoscaler => ({
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      minReplicas: 1,
      maxReplicas: 5,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
      ],
      ...spec,
    },
  })

  async function make(spec: Partial<k8s.HorizontalPodAutoscalerSpec> = {}, replicas = 1): Promise<void> {
    const { client } = cluster
    const containers = [{ name: 'web', image: 'web', resources: { requests: { cpu: '100m' } } }]
    const labels = { app: 'web' }
    const deployment: k8s.Deployment = await client.create<k8s.Deployment>(resources.deployments, {
      metadata: { name: 'web', namespace: 'default' },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: { metadata: { name: '', labels }, spec: { containers } },
      },
    })
    await client.updateStatus(resources.deployments, { ...deployment, status: { replicas } })
    for (let i = 0; i < replicas; i++) {
      const metadata = { name: `web-${i}`, namespace: 'default', labels }
      const pod = await client.create<k8s.Pod>(resources.pods, { metadata, spec: { containers, nodeName: 'n' } })
      const at = iso(clock.now() - 3_600_000)
      await client.updateStatus(resources.pods, {
        ...pod,
        status: {
          phase: 'Running',
          startTime: at,
          conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: at }],
        },
      })
    }
    await client.create(resources.horizontalpodautoscalers, hpaOf(spec))
    await expect
      .poll(
        () =>
          controller.get({ namespace: 'default', name: 'web' }) &&
          controller.podsIn('default').every(({ status }) => status?.phase === 'Running') &&
          controller.podsIn('default').length,
      )
      .toBe(replicas)
  }
  const look = () => reconcileAutoscaler(controller, 'default/web')
  const now = () => cluster.client.get(resources.horizontalpodautoscalers, { namespace: 'default', name: 'web' })
  const told = () => events.map(({ reason, message }) => `${reason}: ${message}`)
  const verdicts = async () =>
    (await now()).status?.conditions?.map(({ type, status, reason }) => `${type}=${status} ${reason}`)

  it('scales up when pods are busy', async () => {
    await make()
    usage = { 'web-0': 150 }
    await look()
    const scaled = await cluster.client.get(resources.deployments, { namespace: 'default', name: 'web' })
    expect(scaled.spec.replicas).toBe(3)
    expect(told()).toEqual([
      'SuccessfulRescale: New size: 3; reason: cpu resource utilization (percentage of request) above target',
    ])
    const { status } = await now()
    expect(status).toMatchObject({
      currentReplicas: 1,
      desiredReplicas: 3,
      currentMetrics: [
        { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 150, averageValue: '150m' } } },
      ],
      lastScaleTime: expect.any(String) as string,
    })
    expect(await verdicts()).toEqual([
      'AbleToScale=True SucceededRescale',
      'ScalingActive=True ValidMetricFound',
      'ScalingLimited=False DesiredWithinRange',
    ])
    expect(status?.conditions?.[0]?.message).toBe('the HPA controller was able to update the target scale to 3')
  })

  it('says when there are no metrics', async () => {
    await make()
    await expect(look()).rejects.toThrow('failed to compute desired number of replicas')
    const why =
      'failed to get cpu utilization: unable to get metrics for resource cpu: no metrics returned from resource metrics API'
    expect(told()).toEqual([
      `FailedGetResourceMetric: ${why}`,
      `FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: ${why}`,
    ])
    expect(await verdicts()).toEqual([
      'AbleToScale=True SucceededGetScale',
      'ScalingActive=False FailedGetResourceMetric',
    ])
    const { status } = await now()
    expect(status?.conditions?.[1]?.message).toBe(`the HPA was unable to compute the replica count: ${why}`)
  })

  it('says that nobody serves external and custom metrics', async () => {
    const metrics: k8s.MetricSpec[] = [
      { type: 'External', external: { metric: { name: 'queue' }, target: { type: 'Value', value: '5' } } },
      { type: 'Pods', pods: { metric: { name: 'hits' }, target: { type: 'AverageValue', averageValue: '5' } } },
    ]
    await make({ metrics })
    await expect(look()).rejects.toThrow('invalid metrics (2 invalid out of 2)')
    expect(told().slice(0, 2)).toEqual([
      'FailedGetExternalMetric: failed to get external metric queue: unable to get external metric default/queue/nil: unable to fetch metrics from external metrics API: the server could not find the requested resource (get queue.external.metrics.k8s.io)',
      'FailedGetPodsMetric: unable to get metric hits: unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered',
    ])
  })

  it('says that there is nothing to scale', async () => {
    await make({ scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'none' } })
    await expect(look()).rejects.toThrow('deployments.apps "none" not found')
    expect(told()).toEqual(['FailedGetScale: deployments.apps "none" not found'])
    expect(await verdicts()).toEqual(['AbleToScale=False FailedGetScale'])
  })

  it('keeps to its bounds without asking metrics, and leaves alone what is at zero', async () => {
    await make({ maxReplicas: 2 }, 3)
    await look()
    expect(told()).toEqual([
      'SuccessfulRescale: New size: 2; reason: Current number of replicas above Spec.MaxReplicas',
    ])
    await cluster.client.patch(resources.deployments, { namespace: 'default', name: 'web' }, { spec: { replicas: 0 } })
    await look()
    expect(await verdicts()).toEqual(['AbleToScale=True SucceededGetScale', 'ScalingActive=False ScalingDisabled'])
  })

  it('scales down once five minutes have passed', async () => {
    await make({}, 2)
    usage = { 'web-0': 10, 'web-1': 10 }
    await look()
    expect(await verdicts()).toContain('AbleToScale=True ScaleDownStabilized')
    await clock.advance(301_000)
    await look()
    expect(told()).toEqual(['SuccessfulRescale: New size: 1; reason: All metrics below target'])
  })

  it('two for the same pods are none', async () => {
    await make()
    usage = { 'web-0': 150 }
    controller.selectors.set('default/other', 'app=web')
    await expect(look()).rejects.toThrow('pods by selector app=web are controlled by multiple HPAs')
    expect(await verdicts()).toContain('ScalingActive=False AmbiguousSelector')
  })
})
