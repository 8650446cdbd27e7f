import { expect, it } from 'vitest'
import type { App } from '../../api/index.ts'
import { appOf, releaseOf } from '../testing.ts'
import { desiredDeployment } from './deployment.ts'
import { replicasOf } from './replicas.ts'

const worker = { name: 'worker' }
const autoscaling = { minReplicas: 2, maxReplicas: 4 }
const withPods = (replicas: number) => desiredDeployment(releaseOf(1), { process: worker, replicas })

it.each<
  [what: string, spec: Partial<App['spec']>, present: number | undefined, before: number | undefined, now: number]
>([
  ['as many as the App says', { processes: [{ ...worker, replicas: 3 }] }, 1, 1, 3],
  ['one where it says nothing', { processes: [worker] }, 3, 3, 1],
  ['what an autoscaler has decided', { processes: [{ ...worker, autoscaling }] }, 3, undefined, 3],
  ['as many as its predecessor where one decides', { processes: [{ ...worker, autoscaling }] }, undefined, 4, 4],
  ['no more than an autoscaler may have', { processes: [{ ...worker, autoscaling }] }, undefined, 9, 4],
  ['as many as it has, of a process that the App no longer has', { processes: [{ name: 'web' }] }, 3, undefined, 3],
])('a process has %s', (_, spec, present, before, expected) => {
  const snapshot = {
    app: appOf(spec),
    name: 'worker',
    present: present === undefined ? undefined : withPods(present),
    predecessor: before === undefined ? undefined : withPods(before),
  }
  expect(replicasOf({ ...snapshot, isRunning: true })).toBe(expected)
  expect(replicasOf({ ...snapshot, isRunning: false })).toBe(0)
})
