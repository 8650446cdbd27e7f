import { describe, expect, it } from 'vitest'
import { deploymentOf, podOf, replicaSetOf, templateOf } from '../testing/objects.ts'
import { expiredReplicaSets } from './history.ts'
import { templateHash } from '../objects/index.ts'
import { buildNewReplicaSet } from './new-replica-set.ts'
import { planRecreate } from './recreate.ts'
import { DESIRED_REPLICAS, MAX_REPLICAS, newReplicaSetAnnotations, REVISION, REVISION_HISTORY } from './revision.ts'
import { isScalingEvent, planScaling } from './scaling.ts'
import { rolloutOf, sameTemplate } from './snapshot.ts'

const sizes = (plan: ReturnType<typeof planScaling>) =>
  Object.fromEntries(plan.map(({ replicaSet, replicas }) => [replicaSet.metadata.name, replicas]))

describe('a change of spec.replicas', () => {
  const sized = (name: string, replicas: number, of: { desired: number; max: number }, available = replicas) =>
    replicaSetOf({
      name,
      replicas,
      available,
      image: name === 'new' ? 'web:2' : 'web:1',
      created: name === 'new' ? 100 : 0,
      annotations: { [DESIRED_REPLICAS]: String(of.desired), [MAX_REPLICAS]: String(of.max) },
    })

  it('is seen by what the active replica sets remember', () => {
    const ten = { desired: 10, max: 13 }
    expect(isScalingEvent(rolloutOf(deploymentOf({ replicas: 12 }), [sized('new', 10, ten)]))).toBe(true)
    expect(isScalingEvent(rolloutOf(deploymentOf({ replicas: 10 }), [sized('new', 10, ten)]))).toBe(false)
    expect(isScalingEvent(rolloutOf(deploymentOf({ replicas: 12 }), [sized('old', 0, ten)]))).toBe(false)
  })

  it.each([
    {
      why: 'the only active replica set follows',
      replicas: 5,
      sets: [sized('new', 3, { desired: 3, max: 4 })],
      expected: { new: 5 },
    },
    {
      why: 'without an active one the newest does',
      replicas: 2,
      sets: [sized('old', 0, { desired: 0, max: 0 })],
      expected: { old: 2 },
    },
    {
      why: 'a saturated new one takes it all',
      replicas: 10,
      sets: [sized('old', 2, { desired: 10, max: 13 }), sized('new', 10, { desired: 10, max: 13 })],
      expected: { old: 0 },
    },
    {
      why: 'amid a rollout each keeps its share when growing',
      replicas: 15,
      sets: [sized('old', 8, { desired: 10, max: 13 }), sized('new', 5, { desired: 10, max: 13 }, 0)],
      expected: { old: 11, new: 7 },
    },
    {
      why: 'and when shrinking',
      replicas: 5,
      sets: [sized('old', 8, { desired: 10, max: 13 }), sized('new', 5, { desired: 10, max: 13 }, 0)],
      expected: { old: 5, new: 3 },
    },
    {
      why: 'down to zero all go',
      replicas: 0,
      sets: [sized('old', 8, { desired: 10, max: 13 }), sized('new', 5, { desired: 10, max: 13 }, 0)],
      expected: { old: 0, new: 0 },
    },
  ])('$why', ({ replicas, sets, expected }) => {
    const deployment = deploymentOf({ replicas, maxSurge: 3, maxUnavailable: 2 })
    const plan = planScaling(rolloutOf(deployment, sets))
    expect(sizes(plan)).toEqual(expected)
  })
})

describe('Recreate', () => {
  const deployment = deploymentOf({ replicas: 2, strategy: 'Recreate' })
  const old = (replicas: number) => replicaSetOf({ name: 'old', replicas })
  const next = replicaSetOf({ name: 'new', image: 'web:2', replicas: 0, created: 1 })

  it('scales the old down first', () => {
    expect(planRecreate(rolloutOf(deployment, [old(2), next]), [])).toMatchObject({
      do: 'scale',
      scales: [{ replicas: 0 }],
    })
  })
  it('waits for a pod that is still ending', () => {
    const pods = [{ owner: 'old', pod: podOf({ name: 'a', isDeleting: true }) }]
    expect(planRecreate(rolloutOf(deployment, [old(0), next]), pods)).toEqual({ do: 'wait' })
  })
  it('does not wait for a pod that has ended', () => {
    const pods = [{ owner: 'old', pod: podOf({ name: 'a', phase: 'Failed' }) }]
    expect(planRecreate(rolloutOf(deployment, [old(0), next]), pods)).toMatchObject({
      do: 'scale',
      scales: [{ replicas: 2 }],
    })
  })
  it('makes the new replica set only when all is gone', () => {
    expect(planRecreate(rolloutOf(deployment, [old(0)]), [])).toEqual({ do: 'create' })
  })
})

describe('revisions', () => {
  const deployment = deploymentOf({
    replicas: 1,
    annotations: { team: 'a', [REVISION]: '9', 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
  })
  const old = (revision: string) =>
    replicaSetOf({ name: `r${revision}`, replicas: 0, annotations: { [REVISION]: revision } })

  it('a new replica set comes after all others and takes the deployment’s own annotations', () => {
    expect(newReplicaSetAnnotations(deployment, [old('2'), old('10')])).toEqual({ team: 'a', [REVISION]: '11' })
  })
  it('going back moves the former revision to the history', () => {
    const present = { [REVISION]: '1', [REVISION_HISTORY]: '0' }
    expect(newReplicaSetAnnotations(deployment, [old('2')], present)).toEqual({
      team: 'a',
      [REVISION]: '3',
      [REVISION_HISTORY]: '0,1',
    })
  })
  it('the highest one keeps its number when others are deleted', () => {
    expect(newReplicaSetAnnotations(deployment, [old('2')], { [REVISION]: '7' })).toMatchObject({ [REVISION]: '7' })
  })
  it('numbers are exact beyond what a double holds', () => {
    expect(newReplicaSetAnnotations(deployment, [old('3546343826724305832')])).toMatchObject({
      [REVISION]: '3546343826724305833',
    })
  })
  it('an annotation that is no number counts as none', () => {
    expect(newReplicaSetAnnotations(deployment, [old('9223372036854775808')])).toMatchObject({ [REVISION]: '1' })
    expect(newReplicaSetAnnotations(deployment, [old('many')])).toMatchObject({ [REVISION]: '1' })
  })
})

describe('the new replica set', () => {
  it('is named by its template, whichever way that is written', () => {
    const template = templateOf('web:1')
    const rewritten = JSON.parse(
      '{"spec":{"containers":[{"resources":{},"image":"web:1","name":"web","args":[]}]},"metadata":{"creationTimestamp":null,"labels":{"app":"web"}}}',
    )
    expect(templateHash(rewritten)).toBe(templateHash(template))
    expect(sameTemplate(rewritten, template)).toBe(true)
    expect(templateHash(templateOf('web:2'))).not.toBe(templateHash(template))
    expect(templateHash(template, 1)).not.toBe(templateHash(template))
  })
  it('an empty selector is not an absent one', () => {
    const term = (namespaceSelector?: object) => ({
      ...templateOf('web:1'),
      spec: {
        ...templateOf('web:1').spec,
        affinity: {
          podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'a', namespaceSelector }] },
        },
      },
    })
    expect(sameTemplate(term({}) as never, term() as never)).toBe(false)
  })
  it('carries the hash in name, labels, selector and template', () => {
    const made = buildNewReplicaSet(
      rolloutOf(deploymentOf({ replicas: 4 }), [replicaSetOf({ name: 'old', replicas: 4 })]),
    )
    const hash = made.metadata.labels?.['pod-template-hash']
    expect(hash).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]+$/)
    expect(made.metadata.name).toBe(`web-${hash}`)
    expect(made.spec.selector.matchLabels).toEqual({ app: 'web', 'pod-template-hash': hash })
    expect(made.spec.template?.metadata?.labels).toEqual({ app: 'web', 'pod-template-hash': hash })
    expect(made.spec.replicas).toBe(1)
    expect(made.metadata.annotations).toMatchObject({ [REVISION]: '1', [DESIRED_REPLICAS]: '4', [MAX_REPLICAS]: '5' })
  })
})

describe('history', () => {
  const old = (revision: number, replicas = 0) =>
    replicaSetOf({ name: `r${revision}`, replicas, annotations: { [REVISION]: String(revision) } })
  const expired = (limit: number, sets: ReturnType<typeof old>[]) =>
    expiredReplicaSets(deploymentOf({ replicas: 1, spec: { revisionHistoryLimit: limit } }), sets).map(
      ({ metadata }) => metadata.name,
    )

  it('drops the lowest revisions beyond the limit', () => {
    expect(expired(2, [old(10), old(3), old(4), old(2)])).toEqual(['r2', 'r3'])
  })
  it('keeps what still has pods', () => {
    expect(expired(0, [old(1, 1), old(2)])).toEqual(['r2'])
  })
})
