import { describe, expect, it } from 'vitest'
import type { k8s } from '../../api/index.ts'
import { toKubernetesTime } from '../../lib/index.ts'
import { deploymentOf, replicaSetOf } from '../testing/objects.ts'
import { msUntilDeadline, withProgress, withReplicaFailure } from './progress.ts'
import { rolloutOf } from './snapshot.ts'
import { countedStatus } from './status.ts'

const nowMs = Date.parse('2026-01-01T01:00:00Z')
const instant = { nowMs, now: toKubernetesTime(nowMs) }
const progressing = (reason: string, secondsAgo = 0, status = 'True'): k8s.DeploymentCondition => {
  const time = toKubernetesTime(nowMs - secondsAgo * 1000)
  return { type: 'Progressing', status, reason, lastUpdateTime: time, lastTransitionTime: time }
}

function next(options: { available: number; before: k8s.DeploymentStatus; deadline?: number }) {
  const deployment = deploymentOf({
    replicas: 2,
    maxUnavailable: 0,
    status: options.before,
    spec: { progressDeadlineSeconds: options.deadline ?? 600 },
  })
  const rollout = rolloutOf(deployment, [
    replicaSetOf({ name: 'new', image: 'web:2', replicas: 2, available: options.available }),
  ])
  const counted = countedStatus(rollout, options.before.conditions ?? [], instant.now)
  return { deployment, status: withProgress(rollout, counted, instant) }
}
const reasonOf = (status: k8s.DeploymentStatus) => status.conditions?.find(({ type }) => type === 'Progressing')

describe('the Progressing condition', () => {
  const two = { replicas: 2, updatedReplicas: 2, readyReplicas: 0, availableReplicas: 0 }

  it('says that the new replica set is available when all is done', () => {
    const { status } = next({ available: 2, before: { ...two, conditions: [progressing('ReplicaSetUpdated', 30)] } })
    expect(reasonOf(status)).toMatchObject({
      status: 'True',
      reason: 'NewReplicaSetAvailable',
      message: 'ReplicaSet "new" has successfully progressed.',
      lastTransitionTime: toKubernetesTime(nowMs - 30_000),
    })
  })
  it('moves its update time with every sign of progress', () => {
    const { status } = next({ available: 1, before: { ...two, conditions: [progressing('ReplicaSetUpdated', 30)] } })
    expect(reasonOf(status)).toMatchObject({ reason: 'ReplicaSetUpdated', lastUpdateTime: instant.now })
  })
  it('times out after the deadline without progress', () => {
    const before = { ...two, conditions: [progressing('ReplicaSetUpdated', 601)] }
    const { status } = next({ available: 0, before })
    expect(reasonOf(status)).toMatchObject({
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: 'ReplicaSet "new" has timed out progressing.',
    })
  })
  it('asks to be looked at when the deadline is due', () => {
    const before = { ...two, conditions: [progressing('ReplicaSetUpdated', 590)] }
    const { deployment, status } = next({ available: 0, before })
    expect(reasonOf(status)?.reason).toBe('ReplicaSetUpdated')
    expect(msUntilDeadline(deployment, status, nowMs)).toBe(11_000)
  })
  it('does not call a finished rollout late when a pod fails long after', () => {
    const before = {
      replicas: 2,
      updatedReplicas: 2,
      availableReplicas: 2,
      conditions: [progressing('NewReplicaSetAvailable', 9999)],
    }
    expect(reasonOf(next({ available: 1, before }).status)?.reason).toBe('NewReplicaSetAvailable')
  })
  it('is gone where there is no deadline', () => {
    const before = { ...two, conditions: [progressing('ReplicaSetUpdated')] }
    expect(reasonOf(next({ available: 1, before, deadline: 2 ** 31 - 1 }).status)).toBeUndefined()
  })
})

describe('the counts', () => {
  it('are those of all replica sets, and availability is against the fence', () => {
    const rollout = rolloutOf(deploymentOf({ replicas: 4, maxSurge: 1, maxUnavailable: 1 }), [
      replicaSetOf({ name: 'old', replicas: 3, available: 2 }),
      replicaSetOf({ name: 'new', image: 'web:2', replicas: 2, available: 1 }),
    ])
    const status = countedStatus(rollout, [], instant.now)
    expect(status).toMatchObject({
      replicas: 5,
      updatedReplicas: 2,
      readyReplicas: 3,
      availableReplicas: 3,
      unavailableReplicas: 2,
    })
    expect(status.conditions).toMatchObject([{ type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' }])
  })
  it('a replica set that cannot make pods is told on the deployment, and forgotten when it can', () => {
    const failure = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'quota' }
    const broken = rolloutOf(deploymentOf({ replicas: 1 }), [
      replicaSetOf({ name: 'new', image: 'web:2', replicas: 1, status: { conditions: [failure] } }),
    ])
    const status = withReplicaFailure(broken, { conditions: [] })
    expect(status.conditions).toMatchObject([failure])
    const mended = rolloutOf(deploymentOf({ replicas: 1 }), [
      replicaSetOf({ name: 'new', image: 'web:2', replicas: 1 }),
    ])
    expect(withReplicaFailure(mended, status).conditions).toEqual([])
  })
})
