import { describe, expect, it } from 'vitest'
import type { k8s } from '../../api/index.ts'
import { desiredDeployment } from '../objects/deployment.ts'
import { selectorOf } from '../objects/owned.ts'
import { releaseOf } from '../testing.ts'
import { healthOf } from './health.ts'

const web = { name: 'web' }

/** What is said of a release whose Deployment has so many pods, all of them up. */
function healthWith(present: number | undefined, wished: number | undefined): string {
  const deployment = {
    ...desiredDeployment(releaseOf(1), { process: web, replicas: present ?? 0 }),
    status: { replicas: present ?? 0, updatedReplicas: present ?? 0, availableReplicas: present ?? 0 },
  }
  const deployments = new Map(present === undefined ? [] : [['hello-v1', deployment]])
  return healthOf(releaseOf(1), [{ ...web, replicas: wished }], { deployments, pods: [], nowMs: 0 }).state
}

describe('a release', () => {
  it.each([
    { what: 'is up with as many pods as are asked for', present: 2, wished: 2, state: 'up' },
    { what: 'is not yet when more are asked for', present: 1, wished: 2, state: 'starting' },
    { what: 'nor when fewer are', present: 3, wished: 2, state: 'starting' },
    { what: 'is up with as many as an autoscaler says', present: 3, wished: undefined, state: 'up' },
    { what: 'is up with none when none are asked for', present: 0, wished: 0, state: 'up' },
    { what: 'sleeps with none otherwise', present: 0, wished: 1, state: 'idle' },
    { what: 'sleeps before it was started', present: undefined, wished: 1, state: 'idle' },
  ])('$what', ({ present, wished, state }) => expect(healthWith(present, wished)).toBe(state))

  it.each([
    { what: 'fails by the pods of what is looked at', process: 'web', state: 'failed' },
    { what: 'does not by those of a worker that is not', process: 'worker', state: 'starting' },
    { what: 'nor by those of its step, its runs by the clock and its one-offs', process: 'release', state: 'starting' },
  ])('$what', ({ process, state }) => {
    const deployments = new Map([['hello-v1', desiredDeployment(releaseOf(1), { process: web, replicas: 1 })]])
    const pods = [crashing(selectorOf(releaseOf(1), process))]
    expect(healthOf(releaseOf(1), [{ ...web, replicas: 1 }], { deployments, pods, nowMs: 0 }).state).toBe(state)
  })
})

const crashing = (labels: Record<string, string>): k8s.Pod => {
  const state = { waiting: { reason: 'CrashLoopBackOff' } }
  return {
    metadata: { name: 'hello', labels },
    spec: { containers: [] },
    status: {
      containerStatuses: [{ name: 'app', image: '', imageID: '', ready: false, restartCount: 3, state }],
    },
  }
}
