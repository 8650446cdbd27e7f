/** What is known of a release beyond the moment, as its conditions tell it. */
import type { k8s, Release } from '../../api/index.ts'

export type ReleaseCondition = 'Ready' | 'StepSucceeded' | 'Withdrawn'

export const conditionOf = (release: Release, type: ReleaseCondition): k8s.Condition | undefined =>
  release.status?.conditions?.find((condition) => condition.type === type)

export const isTrue = (release: Release, type: ReleaseCondition): boolean =>
  conditionOf(release, type)?.status === 'True'

export const stepFailed = (release: Release): boolean => conditionOf(release, 'StepSucceeded')?.status === 'False'

/** It is over with this release: it was taken back, or its release step failed. */
export const isDead = (release: Release): boolean => isTrue(release, 'Withdrawn') || stepFailed(release)
