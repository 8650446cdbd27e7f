import { describe, expect, it } from 'vitest'
import type { k8s } from '../../api/index.ts'
import { podOf, templateOf } from '../testing/objects.ts'
import { newPod } from './new-pod.ts'
import { planSet, type SetSnapshot } from './plan.ts'
import { hasConflictingController, isStaleClaim, keepsPolicy, retentionReferences } from './retention.ts'
import { msUntilNextAvailable, statefulSetStatus, tellsMore } from './status.ts'

const nowMs = Date.parse('2026-01-01T01:00:00Z')

function setOf(spec: Partial<k8s.StatefulSetSpec> = {}): k8s.StatefulSet {
  return {
    metadata: { name: 'db', namespace: 'default', uid: 'set', generation: 2 },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: 'web' } },
      template: templateOf('web:2'),
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      ...spec,
    },
  }
}

const revision = (name: string, image: string): k8s.ControllerRevision => ({
  metadata: { name },
  revision: 1,
  data: { spec: { template: { ...templateOf(image), $patch: 'replace' } } },
})
const revisions = { current: revision('db-old', 'web:1'), update: revision('db-new', 'web:2') }

type Kind = 'old' | 'new' | 'unready' | 'pending' | 'failed' | 'going' | 'fresh'

function member(ordinal: number, kind: Kind = 'new', set = setOf()): k8s.Pod {
  const phases: Partial<Record<Kind, string>> = { pending: 'Pending', failed: 'Failed' }
  const made = newPod(set, { current: revisions.update, update: revisions.update }, ordinal)
  const pod = podOf({
    name: made.metadata.name,
    phase: phases[kind] ?? 'Running',
    isReady: !['unready', 'pending', 'failed'].includes(kind),
    isDeleting: kind === 'going',
    labels: { ...made.metadata.labels, ...(kind === 'old' && { 'controller-revision-hash': 'db-old' }) },
    ...(kind === 'fresh' && { readySince: '2026-01-01T00:59:50Z' }),
  })
  return { ...pod, spec: { ...pod.spec, volumes: made.spec.volumes ?? [] } }
}

const snapshot = (
  set: k8s.StatefulSet,
  pods: readonly k8s.Pod[],
  claims: readonly k8s.PersistentVolumeClaim[] = [],
): SetSnapshot => ({
  set,
  revisions,
  pods,
  claim: (name) => claims.find(({ metadata }) => metadata.name === name),
  nowMs,
})
/** `create db-1` for each step, phase by phase. */
const steps = (...args: Parameters<typeof snapshot>) =>
  planSet(snapshot(...args))
    .phases.flat(2)
    .map((step) => `${step.do} ${step.pod.metadata.name}`)

describe('a set in order', () => {
  it.each<{ why: string; pods: k8s.Pod[]; spec?: Partial<k8s.StatefulSetSpec>; expected: string[] }>([
    { why: 'begins with the first', pods: [], expected: ['create db-0'] },
    { why: 'goes on when the one before is ready', pods: [member(0)], expected: ['create db-1'] },
    { why: 'waits for a pod that is not ready', pods: [member(0, 'unready')], expected: [] },
    { why: 'waits for a pod that is going', pods: [member(0, 'going')], expected: [] },
    {
      why: 'waits for a pod that is not ready for long enough',
      pods: [member(0, 'fresh')],
      spec: { minReadySeconds: 30 },
      expected: [],
    },
    { why: 'deletes what has failed, and waits', pods: [member(0, 'failed'), member(1)], expected: ['delete db-0'] },
    {
      why: 'takes the highest away',
      pods: [member(0), member(1), member(2)],
      spec: { replicas: 1 },
      expected: ['delete db-2'],
    },
    {
      why: 'takes nothing away while another is not well',
      pods: [member(0, 'unready'), member(1)],
      spec: { replicas: 1 },
      expected: [],
    },
    {
      why: 'takes away the one that is not well when it is the only one',
      pods: [member(0), member(1, 'unready')],
      spec: { replicas: 1 },
      expected: ['delete db-1'],
    },
    {
      why: 'takes nothing away while a higher one is not well',
      pods: [member(0), member(1, 'unready'), member(2, 'unready')],
      spec: { replicas: 1 },
      expected: [],
    },
    {
      why: 'takes away what is below its first ordinal',
      pods: [member(0), member(1), member(2), member(3)],
      spec: { ordinals: { start: 1 } },
      expected: ['delete db-0'],
    },
    {
      why: 'updates from above',
      pods: [member(0, 'old'), member(1, 'old'), member(2, 'old')],
      expected: ['delete db-2'],
    },
    {
      why: 'updates one after the other',
      pods: [member(0, 'old'), member(1, 'old'), member(2)],
      expected: ['delete db-1'],
    },
    {
      why: 'leaves those below the partition',
      pods: [member(0, 'old'), member(1, 'old'), member(2)],
      spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } },
      expected: [],
    },
    {
      why: 'leaves all to their owner’s hand',
      pods: [member(0, 'old'), member(1, 'old'), member(2, 'old')],
      spec: { updateStrategy: { type: 'OnDelete' } },
      expected: [],
    },
    {
      why: 'mends a pod without its labels',
      pods: [podOf({ name: 'db-0', labels: { 'controller-revision-hash': 'db-new' } }), member(1), member(2)],
      expected: ['mend db-0'],
    },
    { why: 'ignores a pod without an ordinal', pods: [podOf({ name: 'db-x' })], expected: ['create db-0'] },
  ])('$why', ({ pods, spec, expected }) => {
    expect(steps(setOf(spec), pods)).toEqual(expected)
  })

  it('that is being deleted does nothing', () => {
    const set = setOf()
    set.metadata.deletionTimestamp = '2026-01-01T00:00:00Z'
    expect(steps(set, [])).toEqual([])
  })
})

describe('a set in parallel', () => {
  const spec = { podManagementPolicy: 'Parallel' }
  it.each([
    { why: 'makes all', pods: [], replicas: 3, expected: ['create db-0', 'create db-1', 'create db-2'] },
    {
      why: 'waits for nobody when it shrinks',
      pods: [member(0, 'unready'), member(1), member(2, 'going'), member(3)],
      replicas: 1,
      expected: ['delete db-3', 'delete db-1'],
    },
    {
      why: 'waits with the update for those that are not well',
      pods: [member(0, 'old'), member(1, 'old'), member(2, 'unready')],
      replicas: 3,
      expected: [],
    },
  ])('$why', ({ pods, replicas, expected }) => {
    expect(steps(setOf({ ...spec, replicas }), pods)).toEqual(expected)
  })
})

describe('new pods', () => {
  const image = (set: k8s.StatefulSet, ordinal: number) => newPod(set, revisions, ordinal).spec.containers[0]?.image

  it('are of the current revision below the partition', () => {
    const set = setOf({
      ordinals: { start: 5 },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } },
    })
    expect([5, 6].map((ordinal) => image(set, ordinal))).toEqual(['web:1', 'web:2'])
  })
  it('have volumes of their own in place of others of the name', () => {
    const set = setOf({ volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: {} }] })
    const own = newPod(set, revisions, 1)
    expect(own.spec.volumes).toEqual([{ name: 'data', persistentVolumeClaim: { claimName: 'data-db-1' } }])
  })
})

describe('claims', () => {
  const withPolicy = (whenScaled: string, whenDeleted: string, replicas = 3) =>
    setOf({
      replicas,
      volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: {} }],
      persistentVolumeClaimRetentionPolicy: { whenScaled, whenDeleted },
    })
  const claim = (
    ownerReferences: Partial<k8s.OwnerReference>[] = [],
    name = 'data-db-1',
  ): k8s.PersistentVolumeClaim => ({
    metadata: { name, ownerReferences: ownerReferences as k8s.OwnerReference[] },
    spec: {},
  })
  const bySet = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', uid: 'set', controller: true }
  const byPod = { apiVersion: 'v1', kind: 'Pod', name: 'db-1', uid: 'uid-db-1', controller: true }
  const other = { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: 'x', controller: true }

  it.each([
    { scaled: 'Retain', deleted: 'Retain', replicas: 3, owners: [] },
    { scaled: 'Retain', deleted: 'Delete', replicas: 3, owners: ['StatefulSet'] },
    { scaled: 'Delete', deleted: 'Retain', replicas: 3, owners: [] },
    { scaled: 'Delete', deleted: 'Retain', replicas: 1, owners: ['Pod'] },
    { scaled: 'Delete', deleted: 'Delete', replicas: 3, owners: ['StatefulSet'] },
    { scaled: 'Delete', deleted: 'Delete', replicas: 1, owners: ['Pod'] },
    { scaled: 'Retain', deleted: 'Delete', replicas: 1, owners: ['StatefulSet'] },
  ])('of scaled $scaled, deleted $deleted with $replicas replicas belong to $owners', (policy) => {
    const set = withPolicy(policy.scaled, policy.deleted, policy.replicas)
    const owners = { set, pod: member(1, 'new', set) }
    for (const before of [claim(), claim([bySet]), claim([byPod])]) {
      const references = retentionReferences(before, owners)
      expect(references.map(({ kind }) => kind)).toEqual(policy.owners)
      expect(keepsPolicy(claim(references), owners)).toBe(true)
    }
  })
  it('of somebody else are left to them', () => {
    const owners = { set: withPolicy('Delete', 'Delete'), pod: member(1) }
    expect(hasConflictingController(claim([other]), owners)).toBe(true)
    expect(keepsPolicy(claim([other]), owners)).toBe(true)
    expect(keepsPolicy(claim([other, bySet]), owners)).toBe(false)
    expect(retentionReferences(claim([other, bySet]), owners)).toEqual([other])
  })
  it('of a pod that is gone hold up the next of its name', () => {
    const set = withPolicy('Delete', 'Retain')
    const stale = claim([{ ...byPod, uid: 'before' }])
    expect(isStaleClaim(stale, { set, pod: newPod(set, revisions, 1) })).toBe(true)
    expect(steps(set, [member(0, 'new', set)], [stale])).toEqual([])
    expect(steps(withPolicy('Retain', 'Retain'), [member(0, 'new', set)], [stale])).toEqual(['create db-1'])
  })
  it('that a pending pod lacks are made, and those of a pod to go get their owner', () => {
    const set = withPolicy('Delete', 'Retain', 1)
    expect(steps(set, [member(0, 'pending', set)])).toEqual(['claims db-0'])
    expect(steps(set, [member(0, 'new', set), member(1, 'new', set)], [claim()])).toEqual([
      'retain db-1',
      'delete db-1',
    ])
  })
})

describe('a set’s status', () => {
  const observe = (pods: k8s.Pod[], spec: Partial<k8s.StatefulSetSpec> = {}, replaced = 0) => ({
    set: setOf(spec),
    revisions,
    collisionCount: 0,
    pods,
    replaced,
    nowMs,
  })
  it('counts pods by revision, those that go not among them', () => {
    const observation = observe([member(0, 'old'), member(1, 'unready'), member(2, 'going')], {}, 1)
    expect(statefulSetStatus(observation)).toEqual({
      observedGeneration: 2,
      replicas: 3,
      readyReplicas: 2,
      availableReplicas: 2,
      currentReplicas: 0,
      updatedReplicas: 1,
      currentRevision: 'db-old',
      updateRevision: 'db-new',
      collisionCount: 0,
    })
  })
  it('makes the update current when all are of it and ready', () => {
    const all = [member(0), member(1), member(2)]
    expect(statefulSetStatus(observe(all))).toMatchObject({ currentReplicas: 3, currentRevision: 'db-new' })
    expect(statefulSetStatus(observe(all, { updateStrategy: { type: 'OnDelete' } }))).toMatchObject({
      currentReplicas: 0,
      currentRevision: 'db-old',
    })
  })
  it('knows when the next pod becomes available', () => {
    const observation = observe([member(0), member(1, 'fresh')], { minReadySeconds: 30 })
    expect(statefulSetStatus(observation)).toMatchObject({ readyReplicas: 2, availableReplicas: 1 })
    expect(msUntilNextAvailable(observation)).toBe(20_000)
  })
  it('is written only when it says more', () => {
    const status = statefulSetStatus(observe([member(0)]))
    expect(tellsMore(status, undefined)).toBe(true)
    expect(tellsMore(status, { ...status, conditions: [{ type: 'Mine', status: 'True' }] })).toBe(false)
    expect(tellsMore({ ...status, readyReplicas: 0 }, status)).toBe(true)
  })
})
