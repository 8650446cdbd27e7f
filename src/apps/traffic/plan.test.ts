import { describe, expect, it } from 'vitest'
import type { App, AppTrafficTarget } from '../../api/index.ts'
import { appOf, releaseOf } from '../testing.ts'
import { planTraffic } from './plan.ts'

const withdrawn = [{ type: 'Withdrawn', status: 'True' }]

interface Case {
  traffic?: AppTrafficTarget[]
  /** Numbers and percentages of the status. */
  present?: [number, number][]
  up?: number[]
  wished?: number
  dead?: number[]
}

function plan({ traffic, present = [], up = [], wished: wishedNumber = 2, dead = [] }: Case) {
  const releases = [1, 2, 3].map((number) => releaseOf(number, {}, dead.includes(number) ? withdrawn : []))
  const status: App['status'] = {
    traffic: present.map(([number, percent]) => ({ release: `hello-v${number}`, number, percent })),
  }
  const wished = releases.find(({ spec }) => spec.number === wishedNumber) ?? releaseOf(wishedNumber)
  const app = { ...appOf(traffic && { traffic }), status }
  const planned = planTraffic({ app, releases, wished, isUp: ({ spec }) => up.includes(spec.number) })
  return {
    shares: planned.shares.map(({ release, percent }) => [release.spec.number, percent]),
    primary: planned.primary.spec.number,
    running: [...planned.running].toSorted(),
    working: [...planned.working].toSorted(),
    isAsWished: planned.isAsWished,
    awaited: planned.awaited.map(({ spec }) => spec.number),
    missing: planned.missing,
  }
}

describe('traffic', () => {
  it('of the first release goes to it at once', () => {
    expect(plan({ wished: 1 })).toMatchObject({ shares: [[1, 100]], primary: 1, isAsWished: false })
  })
  it('stays until the newest is up', () => {
    const both = ['hello-v1', 'hello-v2']
    expect(plan({ present: [[1, 100]], up: [1] })).toMatchObject({
      shares: [[1, 100]],
      primary: 1,
      running: both,
      working: both,
      isAsWished: false,
    })
    expect(plan({ present: [[1, 100]], up: [1, 2] })).toMatchObject({
      shares: [[2, 100]],
      primary: 2,
      running: ['hello-v2'],
      working: ['hello-v2'],
      isAsWished: true,
    })
  })
  it('stays where it is when the newest was taken back, which is not started again', () => {
    expect(plan({ present: [[1, 100]], up: [1], dead: [2] })).toMatchObject({
      shares: [[1, 100]],
      running: ['hello-v1'],
    })
  })
  it('is split when all who get some are up', () => {
    const traffic = [
      { release: 1, percent: 90 },
      { release: 3, percent: 10 },
    ]
    expect(plan({ traffic, present: [[1, 100]], up: [1], wished: 3 })).toMatchObject({
      shares: [[1, 100]],
      running: ['hello-v1', 'hello-v3'],
      working: ['hello-v1'],
    })
    expect(plan({ traffic, present: [[1, 100]], up: [1, 3], wished: 3 })).toMatchObject({
      shares: [
        [1, 90],
        [3, 10],
      ],
      primary: 1,
      isAsWished: true,
    })
  })
  it('leaves a release that was taken back, for those that it was shared with', () => {
    const traffic = [
      { release: 1, percent: 90 },
      { release: 2, percent: 10 },
    ]
    const present: [number, number][] = [
      [1, 90],
      [2, 10],
    ]
    expect(plan({ traffic, present, up: [1], dead: [2] })).toMatchObject({
      shares: [[1, 100]],
      running: ['hello-v1'],
      isAsWished: false,
      awaited: [2],
    })
    expect(plan({ traffic, present: [[2, 100]], dead: [2] }).shares).toEqual([[2, 100]])
  })
  it('does not move to a release that was taken back, whatever is left of it', () => {
    expect(plan({ present: [[1, 100]], up: [1, 2], dead: [2] })).toMatchObject({ shares: [[1, 100]], awaited: [2] })
  })
  it('the newest may be named as such and by its number', () => {
    const traffic = [{ release: 2, percent: 50 }, { percent: 50 }]
    expect(plan({ traffic, up: [2] }).shares).toEqual([[2, 100]])
  })
  it('for a release that there is not does not move', () => {
    const traffic = [{ release: 9, percent: 100 }]
    expect(plan({ traffic, present: [[1, 100]], up: [1, 2] })).toMatchObject({ shares: [[1, 100]], missing: [9] })
  })
  it('goes back to a release that has slept once it is up again', () => {
    expect(plan({ wished: 1, present: [[2, 100]], up: [2] })).toMatchObject({
      shares: [[2, 100]],
      running: ['hello-v1', 'hello-v2'],
    })
    expect(plan({ wished: 1, present: [[2, 100]], up: [1, 2] }).shares).toEqual([[1, 100]])
  })
})
