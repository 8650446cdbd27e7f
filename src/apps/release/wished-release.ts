/** Which release an App asks for: one that there is, or the next. Pure. */
import type { App, Release } from '../../api/index.ts'
import { conditionOf, isDead } from './conditions.ts'
import { hasSameContent } from './content.ts'

/** The newest release of the App's content. One that failed does not count once it is deployed again. */
export function wishedRelease(app: App, releases: readonly Release[]): Release | undefined {
  const deployedAt = Date.parse(app.spec.deployedAt ?? '')
  return releases
    .toSorted((a, b) => b.spec.number - a.spec.number)
    .find((release) => hasSameContent(release, app) && !(isDead(release) && deployedAt > diedAt(release)))
}

export const nextNumber = (releases: readonly Release[]): number =>
  Math.max(0, ...releases.map(({ spec }) => spec.number)) + 1

function diedAt(release: Release): number {
  const times = (['Withdrawn', 'StepSucceeded'] as const).map((type) => conditionOf(release, type)?.lastTransitionTime)
  return Math.max(...times.map((time) => Date.parse(time ?? '')).filter((time) => !Number.isNaN(time)))
}
