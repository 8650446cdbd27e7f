import { describe, expect, it } from 'vitest'
import type { App, k8s } from '../api/index.ts'
import { desiredDeployment } from './desired-deployment.ts'
import { podFailure } from './pod-failure.ts'
import { type AppObservation, appStatus, msUntilNextJudgement, urlOf } from './status.ts'

const nowMs = Date.parse('2026-01-01T00:10:00Z')
const app: App = {
  apiVersion: 'apps.naru.dev/v1',
  kind: 'App',
  metadata: { name: 'hello', namespace: 'default', uid: 'app', generation: 2 },
  spec: { image: 'hello:2' },
}
const ago = (seconds: number) => new Date(nowMs - seconds * 1000).toISOString()

function podOf(
  state: k8s.ContainerState,
  options: Partial<k8s.ContainerStatus> & { isReady?: boolean; image?: string } = {},
): k8s.Pod {
  const { isReady = false, image = 'hello:2', ...status } = options
  return {
    metadata: { name: 'hello-1', namespace: 'default' },
    spec: { containers: [{ name: 'app', image }] },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }],
      containerStatuses: [{ name: 'app', image, imageID: '', ready: isReady, restartCount: 0, state, ...status }],
    },
  }
}
const running = (seconds: number) => ({ running: { startedAt: ago(seconds) } })

function observe(
  options: Partial<AppObservation> & { status?: k8s.DeploymentStatus; image?: string } = {},
): AppObservation {
  const { status, image = 'hello:2', ...rest } = options
  const deployment = desiredDeployment({ ...app, spec: { image } })
  deployment.metadata.generation = 1
  if (status) deployment.status = status
  const hosts = { granted: ['hello.localhost'], refused: [] }
  return { app, deployment, pods: [], hosts, gateway: { scheme: 'http', port: 8080 }, nowMs, ...rest }
}
const done = { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1, readyReplicas: 1 }
const conditionOf = (observation: AppObservation, type: string) =>
  appStatus(observation).conditions?.find((condition) => condition.type === type)

describe('why a pod does not answer', () => {
  const failureOf = (pod: k8s.Pod) => podFailure(pod, { port: 8080, nowMs })
  it.each([
    { why: 'it is ready', pod: podOf(running(1), { isReady: true }), expected: undefined },
    { why: 'it has just started', pod: podOf(running(1)), expected: undefined },
    {
      why: 'it does not listen',
      pod: podOf(running(10)),
      expected: { reason: 'NotListening', isFatal: false, message: expect.stringMatching(/port 8080.*PORT/) },
    },
    { why: 'it never will', pod: podOf(running(61)), expected: { reason: 'NotListening', isFatal: true } },
    {
      why: 'it crashes',
      pod: podOf(
        { waiting: { reason: 'CrashLoopBackOff' } },
        { restartCount: 2, lastState: { terminated: { exitCode: 7 } } },
      ),
      expected: { reason: 'CrashLoopBackOff', isFatal: true, message: 'the app exited with code 7, 2 restarts so far' },
    },
    {
      why: 'it has been started again after crashing',
      pod: podOf(running(1), { restartCount: 2, lastState: { terminated: { exitCode: 7 } } }),
      expected: { reason: 'CrashLoopBackOff', isFatal: true },
    },
    {
      why: 'it crashed once and gets another try',
      pod: podOf({ terminated: { exitCode: 1 } }),
      expected: { isFatal: false, message: 'the app exited with code 1' },
    },
    {
      why: 'it uses too much memory',
      pod: podOf({ terminated: { exitCode: 137, reason: 'OOMKilled' } }, { restartCount: 1 }),
      expected: { reason: 'OOMKilled', isFatal: true },
    },
    {
      why: 'its image cannot be had',
      pod: podOf({ waiting: { reason: 'ImagePullBackOff', message: 'not found' } }),
      expected: { reason: 'ImagePullBackOff', isFatal: true, message: 'the image cannot be pulled: not found' },
    },
    {
      why: 'its image is tried for the first time',
      pod: podOf({ waiting: { reason: 'ErrImagePull' } }),
      expected: { isFatal: false },
    },
    { why: 'it is being made', pod: podOf({ waiting: { reason: 'ContainerCreating' } }), expected: undefined },
    {
      why: 'no node takes it',
      pod: {
        ...podOf({}),
        status: {
          phase: 'Pending',
          conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/1 nodes' }],
        },
      },
      expected: { reason: 'Unschedulable', isFatal: false, message: 'no node takes the pod: 0/1 nodes' },
    },
  ])('$why', ({ pod, expected }) => {
    if (expected === undefined) expect(failureOf(pod)).toBeUndefined()
    else expect(failureOf(pod)).toMatchObject(expected)
  })
})

describe('the status of an app', () => {
  it('is ready when the wished version is all there is', () => {
    const observation = observe({ status: done, pods: [podOf(running(5), { isReady: true })] })
    expect(appStatus(observation)).toMatchObject({
      observedGeneration: 2,
      url: 'http://hello.localhost:8080',
      replicas: 1,
      readyReplicas: 1,
      servingImage: 'hello:2',
    })
    expect(conditionOf(observation, 'Ready')).toMatchObject({ status: 'True', reason: 'Serving' })
    expect(conditionOf(observation, 'Progressing')).toMatchObject({ status: 'True', reason: 'RolloutComplete' })
  })
  it('is not ready while the deployment controller has not seen the change', () => {
    const observation = observe({ status: { ...done, observedGeneration: 0 } })
    expect(conditionOf(observation, 'Ready')).toMatchObject({ status: 'False', reason: 'RollingOut' })
  })
  it('serves the old image while the new one crashes', () => {
    const crashing = podOf({ waiting: { reason: 'CrashLoopBackOff' } }, { restartCount: 1 })
    const old = podOf(running(100), { isReady: true, image: 'hello:1' })
    const observation = observe({ status: { ...done, replicas: 2 }, pods: [crashing, old] })
    expect(appStatus(observation).servingImage).toBe('hello:1')
    expect(conditionOf(observation, 'Progressing')).toMatchObject({ status: 'False', reason: 'CrashLoopBackOff' })
  })
  it('does not blame the new version for pods of the old one', () => {
    const crashing = podOf({ waiting: { reason: 'CrashLoopBackOff' } }, { restartCount: 1, image: 'hello:1' })
    const observation = observe({ status: { ...done, replicas: 2 }, pods: [crashing] })
    expect(conditionOf(observation, 'Progressing')).toMatchObject({ status: 'True', reason: 'RollingOut' })
  })
  it('tells what the deployment tells when no pod does', () => {
    const conditions = [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'late' }]
    const observation = observe({ status: { ...done, availableReplicas: 0, conditions } })
    expect(conditionOf(observation, 'Progressing')).toMatchObject({
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: 'late',
    })
  })
  it('says so when somebody changed the image by hand', () => {
    const observation = observe({ status: done, image: 'hello:1' })
    expect(conditionOf(observation, 'Ready')).toMatchObject({ status: 'True', reason: 'ServingOtherImage' })
  })
  it('keeps the time of a condition whose status stays', () => {
    const before = {
      type: 'Ready',
      status: 'True',
      reason: 'Old',
      message: '',
      lastTransitionTime: '2025-01-01T00:00:00Z',
    }
    const known = { ...app, status: { conditions: [before] } }
    expect(conditionOf(observe({ app: known, status: done }), 'Ready')?.lastTransitionTime).toBe('2025-01-01T00:00:00Z')
  })
  it('a taken host is named with its owner', () => {
    const hosts = { granted: [], refused: [{ host: 'a.example', owner: 'default/other' }] }
    const observation = observe({ status: done, hosts })
    expect(appStatus(observation).url).toBeUndefined()
    for (const type of ['Ready', 'HostsAccepted'])
      expect(conditionOf(observation, type)).toMatchObject({
        status: 'False',
        reason: 'HostTaken',
        message: expect.stringContaining('default/other'),
      })
  })
  it('asks for another look when time alone may change the verdict', () => {
    expect(msUntilNextJudgement(observe({ pods: [podOf(running(1))] }))).toBe(2000)
    expect(msUntilNextJudgement(observe({ pods: [podOf(running(10))] }))).toBe(50_000)
    expect(msUntilNextJudgement(observe({ pods: [podOf(running(100))] }))).toBeUndefined()
  })
})

it.each([
  { gateway: { scheme: 'http', port: 80 }, url: 'http://a' },
  { gateway: { scheme: 'http', port: 8080 }, url: 'http://a:8080' },
  { gateway: { scheme: 'https', port: 443 }, url: 'https://a' },
] as const)('the URL through $gateway is $url', ({ gateway, url }) => expect(urlOf('a', gateway)).toBe(url))
