/** Which release an App asks for: one that there is, or the next. Pure. */
import type { App, Release } from '../../api/index.ts'
import { conditionOf, isDead } from './conditions.ts'
import { hasSameContent } from './content.ts'

/** Set anew by each deploy, so that deploying again what has failed counts as a wish to try again. RFC 3339. */
export const DEPLOYED_AT_ANNOTATION = 'apps.naru.dev/deployed-at'

/** The newest release of the App's content. One that failed does not count once it is deployed again. */
export function wishedRelease(app: App, releases: readonly Release[]): Release | undefined {
  const deployedAt = Date.parse(app.metadata.annotations?.[DEPLOYED_AT_ANNOTATION] ?? '')
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
