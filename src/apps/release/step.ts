/** How a release step goes, from its Job. Pure. */
import type { k8s, Release } from '../../api/index.ts'
import { stepName } from '../objects/task.ts'
import { conditionOf } from './conditions.ts'

/** `waiting`: for what the release is bound to, or for the step of another one. */
export type StepState =
  | { state: 'none' | 'waiting' | 'done' | 'running' }
  | { state: 'failed'; reason: string; message: string }

/** What the release's condition says stays, whatever becomes of the Job. */
export function stepState(release: Release, job: k8s.Job | undefined, isHeld = false): StepState {
  if (release.spec.releaseStep === undefined) return { state: 'none' }
  const known = conditionOf(release, 'StepSucceeded')
  if (known?.status === 'True') return { state: 'done' }
  if (known?.status === 'False') return { state: 'failed', reason: known.reason, message: known.message }
  if (job === undefined && isHeld) return { state: 'waiting' }
  const ended = job && endOf(job)
  if (ended === undefined) return { state: 'running' }
  if (ended.type === 'Complete') return { state: 'done' }
  const how = ended.reason === 'DeadlineExceeded' ? 'took too long and was ended' : 'failed'
  return { state: 'failed', reason: 'ReleaseStepFailed', message: `the release step ${how}; nothing was started` }
}

/** Undefined while the Job goes on. */
const endOf = ({ status }: k8s.Job): k8s.JobCondition | undefined =>
  status?.conditions?.find(({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True')

/** The step of another release that goes on: two migrations at once would meet in the database. `jobs` are the app's. */
export const stepInTheWay = (release: Release, jobs: Iterable<k8s.Job>): k8s.Job | undefined =>
  [...jobs].find((job) => job.metadata.name !== stepName(release) && endOf(job) === undefined)
