import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'
import { type k8s, resources } from '../../api/index.ts'
import { openInformer } from '../../client/index.ts'
import { FakeClock } from '../../lib/index.ts'
import type { ControllerEvent } from '../events.ts'
import { type AutoscalerController, reconcileAutoscaler } from './reconcile.ts'

const iso = (ms: number) => new Date(ms).toISOString().replace('.000', '')

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
