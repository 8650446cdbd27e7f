import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deploymentOf, replicaSetOf } from '../testing/objects.ts'
import { fencepostsOf, maxReplicas, minAvailable } from './fenceposts.ts'
import { newReplicaSetSize, planRollingUpdate } from './rolling-update.ts'
import { desiredReplicas, type Rollout, rolloutOf } from './snapshot.ts'

describe('fenceposts', () => {
  it.each([
    { replicas: 10, maxSurge: '25%', maxUnavailable: '25%', expected: { maxSurge: 3, maxUnavailable: 2 } },
    { replicas: 1, maxSurge: '25%', maxUnavailable: '25%', expected: { maxSurge: 1, maxUnavailable: 0 } },
    { replicas: 4, maxSurge: 0, maxUnavailable: '10%', expected: { maxSurge: 0, maxUnavailable: 1 } },
    { replicas: 3, maxSurge: 1, maxUnavailable: 0, expected: { maxSurge: 1, maxUnavailable: 0 } },
    { replicas: 2, maxSurge: '100%', maxUnavailable: 5, expected: { maxSurge: 2, maxUnavailable: 2 } },
    { replicas: 0, maxSurge: '25%', maxUnavailable: '25%', expected: { maxSurge: 0, maxUnavailable: 0 } },
  ])('$replicas replicas with surge $maxSurge and unavailable $maxUnavailable', ({ expected, ...limits }) => {
    expect(fencepostsOf(deploymentOf(limits))).toEqual(expected)
  })

  it('Recreate strays from nothing', () => {
    expect(fencepostsOf(deploymentOf({ replicas: 4, strategy: 'Recreate' }))).toEqual({
      maxSurge: 0,
      maxUnavailable: 0,
    })
  })

  it('a percentage that is none is named in the error', () => {
    expect(() => fencepostsOf(deploymentOf({ replicas: 4, maxSurge: 'many' }))).toThrow(/"many" is neither/)
  })
})

describe('one step of a rolling update', () => {
  const next = (replicas: number, available = replicas) =>
    replicaSetOf({ name: 'new', image: 'web:2', created: 100, replicas, available })
  const old = (replicas: number, available = replicas, name = 'old', created = 0) =>
    replicaSetOf({ name, replicas, available, created })
  const ten = { replicas: 10, maxSurge: 3, maxUnavailable: 2 }

  it.each([
    { why: 'the new one grows into the surge', of: ten, sets: [old(10), next(0)], expected: { new: 3 } },
    {
      why: 'with surge used up old ones go as availability allows',
      of: ten,
      sets: [old(10), next(3, 0)],
      expected: { old: 8 },
    },
    { why: 'unavailable new pods hold the old ones', of: ten, sets: [old(8), next(5, 0)], expected: {} },
    { why: 'unhealthy old pods go first', of: ten, sets: [old(10, 8), next(3, 0)], expected: { old: 8 } },
    {
      why: 'the oldest replica set first',
      of: ten,
      sets: [old(5, 5, 'a', 1), old(5, 5, 'b', 2), next(3, 3)],
      expected: { a: 0 },
    },
    {
      why: 'a new one that is too large shrinks',
      of: { replicas: 3, maxSurge: 1, maxUnavailable: 0 },
      sets: [next(5)],
      expected: { new: 3 },
    },
    { why: 'nothing moves when all is done', of: ten, sets: [old(0), next(10)], expected: {} },
    {
      why: 'a single replica is replaced only by one that is up',
      of: { replicas: 1, maxSurge: 1, maxUnavailable: 0 },
      sets: [old(1), next(1, 0)],
      expected: {},
    },
    {
      why: 'and then it goes',
      of: { replicas: 1, maxSurge: 1, maxUnavailable: 0 },
      sets: [old(1), next(1, 1)],
      expected: { old: 0 },
    },
  ])('$why', ({ of, sets, expected }) => {
    const plan = planRollingUpdate(rolloutOf(deploymentOf(of), sets))
    expect(Object.fromEntries(plan.map(({ replicaSet, replicas }) => [replicaSet.metadata.name, replicas]))).toEqual(
      expected,
    )
  })
})

/** Plays the replica set controller: sizes come true at once, statuses follow only when the schedule says so. */
class World {
  readonly rollout: () => Rollout
  readonly #actual = new Map<string, { size: number; available: number }>()
  readonly #seen = new Map<string, { size: number; available: number }>()

  constructor(deployment: ReturnType<typeof deploymentOf>, olds: number[]) {
    olds.forEach((size, index) => this.#actual.set(`old${index}`, { size, available: size }))
    const sets = () =>
      [...this.#actual].map(([name, { size }]) =>
        replicaSetOf({
          name,
          replicas: size,
          available: this.#seen.get(name)?.available ?? 0,
          image: name === 'new' ? 'web:2' : 'web:1',
          created: name === 'new' ? 1000 : Number(name.slice(3)),
        }),
      )
    this.rollout = () => rolloutOf(deployment, sets())
    this.observe()
    this.#actual.set('new', { size: Math.max(0, newReplicaSetSize(this.rollout(), 0)), available: 0 })
  }

  observe(): void {
    for (const [name, state] of this.#actual) this.#seen.set(name, { ...state })
  }

  /** One more new pod answers. */
  progress(): void {
    const next = this.#actual.get('new')
    if (next !== undefined && next.available < next.size) next.available++
  }

  apply(): boolean {
    const plan = planRollingUpdate(this.rollout())
    for (const { replicaSet, replicas } of plan) {
      const state = this.#actual.get(replicaSet.metadata.name)
      // Pods that do not answer are deleted first.
      if (state !== undefined)
        this.#actual.set(replicaSet.metadata.name, { size: replicas, available: Math.min(state.available, replicas) })
    }
    return plan.length > 0
  }

  get pods(): number {
    return [...this.#actual.values()].reduce((sum, { size }) => sum + size, 0)
  }
  get available(): number {
    return [...this.#actual.values()].reduce((sum, { available }) => sum + available, 0)
  }
  get sizes(): Record<string, number> {
    return Object.fromEntries([...this.#actual].map(([name, { size }]) => [name, size]))
  }
}

describe('a rolling update as a whole', () => {
  const limit = fc.oneof(
    fc.integer({ min: 0, max: 5 }),
    fc.integer({ min: 0, max: 100 }).map((share) => `${share}%`),
  )

  it('keeps between the fenceposts and arrives, whenever pods answer and however late statuses are', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        limit,
        limit,
        fc.array(fc.constantFrom('progress', 'observe', 'apply'), { maxLength: 200 }),
        (replicas, maxSurge, maxUnavailable, schedule) => {
          const deployment = deploymentOf({ replicas, maxSurge, maxUnavailable })
          const world = new World(deployment, [replicas])
          const check = () => {
            expect(world.pods).toBeLessThanOrEqual(maxReplicas(deployment))
            expect(world.available).toBeGreaterThanOrEqual(minAvailable(deployment))
          }
          check()
          for (const step of schedule) {
            world[step]()
            check()
          }
          for (let round = 0; round < 200; round++) {
            world.progress()
            world.observe()
            world.apply()
            check()
          }
          expect(world.sizes).toEqual({ old0: 0, new: replicas })
        },
      ),
    )
  })

  it('never asks for a negative size, whatever sizes it finds', () => {
    const size = fc.record({ replicas: fc.nat(12), available: fc.nat(12) })
    fc.assert(
      fc.property(
        fc.nat(10),
        limit,
        limit,
        fc.array(size, { maxLength: 4 }),
        size,
        (replicas, maxSurge, maxUnavailable, olds, next) => {
          const sets = [
            ...olds.map((state, index) => replicaSetOf({ name: `old${index}`, created: index, ...state })),
            replicaSetOf({ name: 'new', image: 'web:2', created: 100, ...next }),
          ]
          const plan = planRollingUpdate(rolloutOf(deploymentOf({ replicas, maxSurge, maxUnavailable }), sets))
          for (const scale of plan) {
            expect(scale.replicas).toBeGreaterThanOrEqual(0)
            if (scale.replicaSet.metadata.name !== 'new')
              expect(scale.replicas).toBeLessThan(desiredReplicas(scale.replicaSet))
          }
        },
      ),
    )
  })
})
