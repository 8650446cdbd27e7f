/** The status of a release, and when one that fails is taken back. Pure. */
import type { k8s, Release, ReleaseStatus } from '../../api/index.ts'
import { toKubernetesTime } from '../../lib/index.ts'
import { conditionOf, isTrue, type ReleaseCondition } from './conditions.ts'
import type { Health } from './health.ts'
import type { StepState } from './step.ts'

/** A release that has failed stays so long before it is taken back: its pods are there to be looked at, and it may come
 *  round, as one that waits for a database does. */
export const WITHDRAW_AFTER_MS = 30_000
/** And one that neither fails nor gets ready, so long; as Deployments do. */
export const PROGRESS_DEADLINE_MS = 600_000

export interface ReleaseObservation {
  release: Release
  health: Health
  step: StepState
  /** Whether it is this release that the App asks for, and another one serves meanwhile. */
  isReplaceable: boolean
  nowMs: number
}

interface Judgement {
  status: 'True' | 'False' | 'Unknown'
  reason: string
  message: string
}

export function releaseStatus(observation: ReleaseObservation): ReleaseStatus {
  const judged: [ReleaseCondition, Judgement | undefined][] = [
    ['Ready', judgeHealth(observation)],
    ['StepSucceeded', judgeStep(observation)],
    ['Withdrawn', judgeWithdrawal(observation)],
  ]
  const now = toKubernetesTime(observation.nowMs)
  const conditions = judged.flatMap(([type, judgement]): k8s.Condition[] => {
    const before = conditionOf(observation.release, type)
    if (judgement === undefined) return before === undefined ? [] : [before]
    const lastTransitionTime = before?.status === judgement.status ? before.lastTransitionTime : now
    return [{ type, ...judgement, lastTransitionTime }]
  })
  return { conditions }
}

/** What does not run keeps what was last known of it. */
function judgeHealth({ health }: ReleaseObservation): Judgement | undefined {
  if (health.state === 'idle') return undefined
  if (health.state === 'up') return { status: 'True', reason: 'Up', message: 'all processes run' }
  if (health.state === 'failed')
    return { status: 'False', reason: health.failure.reason, message: health.failure.message }
  const { reason = 'Starting', message = health.message } = health.failure ?? {}
  return { status: 'Unknown', reason, message }
}

function judgeStep({ step }: ReleaseObservation): Judgement | undefined {
  if (step.state === 'none' || step.state === 'waiting') return undefined
  if (step.state === 'failed') return { status: 'False', reason: step.reason, message: step.message }
  if (step.state === 'done') return { status: 'True', reason: 'Completed', message: 'the release step is done' }
  return { status: 'Unknown', reason: 'Running', message: 'the release step runs' }
}

function judgeWithdrawal(observation: ReleaseObservation): Judgement | undefined {
  if (isTrue(observation.release, 'Withdrawn')) return undefined
  const due = msUntilWithdrawal(observation)
  if (due === undefined || due > 0) return undefined
  const { reason, message } = judgeHealth(observation) ?? { reason: 'Failed', message: 'it failed' }
  return { status: 'True', reason, message }
}

/** Undefined as long as nothing speaks for it. */
export function msUntilWithdrawal({ release, health, isReplaceable, nowMs }: ReleaseObservation): number | undefined {
  if (!isReplaceable || isTrue(release, 'Withdrawn')) return undefined
  const wished = { failed: 'False', starting: 'Unknown', idle: undefined, up: undefined }[health.state]
  const ready = conditionOf(release, 'Ready')
  if (wished === undefined) return undefined
  const limit = wished === 'False' ? WITHDRAW_AFTER_MS : PROGRESS_DEADLINE_MS
  // The state is new; its time begins when it is written down.
  if (ready?.status !== wished) return limit
  return Math.max(0, Date.parse(ready.lastTransitionTime) + limit - nowMs)
}
