import { describe, expect, it } from 'vitest'
import type { App, k8s, Release } from '../../api/index.ts'
import { desiredDeployment } from '../objects/deployment.ts'
import { appOf, releaseOf } from '../testing.ts'
import { type AppObservation, appStatus, type Rollout, urlOf } from './app-status.ts'

const nowMs = Date.parse('2026-01-01T00:10:00Z')
const app: App = appOf({}, { generation: 2 })
const first = releaseOf(1)
const second = releaseOf(2)

function observe(rest: Partial<AppObservation> = {}, rollout: Partial<Rollout> = {}): AppObservation {
  const primary: k8s.Deployment = {
    ...desiredDeployment(first, { process: { name: 'web' }, replicas: 1 }),
    status: { replicas: 1, readyReplicas: 1 },
  }
  return {
    app,
    hosts: { granted: ['hello.localhost'], tags: ['next-hello.localhost'], refused: [] },
    gateway: { port: 8080, securePort: 8443 },
    nowMs,
    rollout: {
      wished: first,
      health: { state: 'up' },
      step: { state: 'none' },
      traffic: {
        shares: [{ release: first, percent: 100 }],
        primary: first,
        running: new Set(),
        working: new Set(),
        isAsWished: true,
        awaited: [],
        missing: [],
      },
      primary,
      ...rollout,
    },
    ...rest,
  }
}
const conditionOf = (observation: AppObservation, type: string) =>
  appStatus(observation).conditions?.find((condition) => condition.type === type)

describe('the status of an app', () => {
  it('is ready when the wished release has the traffic', () => {
    expect(appStatus(observe())).toMatchObject({
      observedGeneration: 2,
      url: 'http://hello.localhost:8080',
      replicas: 1,
      readyReplicas: 1,
      latestRelease: 'hello-v1',
      servingRelease: 'hello-v1',
      servingImage: 'hello:1',
      traffic: [{ release: 'hello-v1', number: 1, percent: 100 }],
    })
    expect(conditionOf(observe(), 'Ready')).toMatchObject({ status: 'True', reason: 'Serving' })
    expect(conditionOf(observe(), 'Progressing')).toMatchObject({ status: 'True', reason: 'RolloutComplete' })
  })
  it.each([
    ['the pods start', { health: { state: 'starting', message: '0 of 1' } }, 'True', 'RollingOut'],
    ['nothing runs yet', { health: { state: 'idle' } }, 'True', 'Creating'],
    ['the release step runs', { step: { state: 'running' } }, 'True', 'ReleaseStep'],
    [
      'the pods crash',
      { health: { state: 'failed', failure: { reason: 'CrashLoopBackOff', message: '7', isFatal: true } } },
      'False',
      'CrashLoopBackOff',
    ],
    [
      'the step failed',
      { step: { state: 'failed', reason: 'ReleaseStepFailed', message: '' } },
      'False',
      'ReleaseStepFailed',
    ],
    [
      'the release was taken back',
      { wished: releaseOf(2, {}, [{ type: 'Withdrawn', status: 'True', reason: 'OOMKilled' }]) },
      'False',
      'OOMKilled',
    ],
  ] as [string, Partial<Rollout>, string, string][])('says when %s', (_, rollout, progressing, reason) => {
    const observation = observe({}, { wished: second, ...rollout })
    expect(conditionOf(observation, 'Ready')).toMatchObject({ status: 'False', reason })
    expect(conditionOf(observation, 'Progressing')).toMatchObject({ status: progressing, reason })
    expect(appStatus(observation)).toMatchObject({ latestRelease: 'hello-v2', servingRelease: 'hello-v1' })
  })
  it('says who traffic waits for, and that one which failed is waited for in vain', () => {
    const waitingFor = (release: Release) =>
      observe({}, { traffic: { ...observe().rollout?.traffic, isAsWished: false, awaited: [release] } as never })
    expect(conditionOf(waitingFor(second), 'Ready')).toMatchObject({
      reason: 'Switching',
      message: 'traffic moves when hello-v2 can take it',
    })
    expect(
      conditionOf(waitingFor(releaseOf(2, {}, [{ type: 'Withdrawn', status: 'True' }])), 'Progressing'),
    ).toMatchObject({
      status: 'False',
      reason: 'ReleaseFailed',
      message: expect.stringContaining('naru rollback 2'),
    })
  })
  it('has nobody who serves before the first pod answers', () => {
    const { servingRelease } = appStatus(observe({}, { primary: undefined, health: { state: 'idle' } }))
    expect(servingRelease).toBeUndefined()
  })
  it('does not say that who could not be given requests answers them', () => {
    const status = {
      servingRelease: 'hello-v1',
      servingImage: 'hello:1',
      traffic: [{ release: 'hello-v1', number: 1, percent: 100 }],
    }
    const traffic = {
      ...observe().rollout?.traffic,
      shares: [{ release: second, percent: 100 }],
      primary: second,
    } as Rollout['traffic']
    const blocked = { reason: 'InvalidSpec', message: 'the route' }
    const observation = observe({ app: { ...app, status }, blocked }, { wished: second, traffic })
    expect(appStatus(observation)).toMatchObject({ ...status, latestRelease: 'hello-v2' })
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
    expect(conditionOf(observe({ app: known }), 'Ready')?.lastTransitionTime).toBe('2025-01-01T00:00:00Z')
  })
  it('a taken host is named with its owner', () => {
    const observation = observe({
      hosts: { granted: [], tags: [], refused: [{ host: 'a.example', owner: 'default/other', isTag: false }] },
    })
    expect(appStatus(observation).url).toBeUndefined()
    for (const type of ['Ready', 'HostsAccepted'])
      expect(conditionOf(observation, type)).toMatchObject({
        status: 'False',
        reason: 'HostTaken',
        message: expect.stringContaining('default/other'),
      })
  })
})

it.each([
  { gateway: { port: 80, securePort: 443 }, http: 'http://a', https: 'https://a' },
  { gateway: { port: 8080, securePort: 8443 }, http: 'http://a:8080', https: 'https://a:8443' },
])('the URL through $gateway is $http, and $https where HTTP leads there', ({ gateway, http, https }) => {
  expect(urlOf(appOf(), 'a', gateway)).toBe(http)
  expect(urlOf(appOf({ tls: { redirect: true } }), 'a', gateway)).toBe(https)
})
