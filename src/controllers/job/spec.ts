/** Readings of what a Job asks for. */
import type { k8s } from '../../api/index.ts'

/** Who takes care of Jobs that name nobody. */
const JOB_CONTROLLER = 'kubernetes.io/job-controller'

export const isIndexed = ({ spec }: k8s.Job): boolean => spec.completionMode === 'Indexed'
export const isSuspended = ({ spec }: k8s.Job): boolean => spec.suspend === true
export const backoffLimit = ({ spec }: k8s.Job): number => spec.backoffLimit ?? 6
/** Indexed Jobs always say how many. */
export const completionsOf = ({ spec }: k8s.Job): number => spec.completions ?? 0

export function isManagedElsewhere({ spec }: k8s.Job): boolean {
  return spec.managedBy !== undefined && spec.managedBy !== JOB_CONTROLLER
}

/** Whether a pod that is going still holds its place until it has ended. */
export function replacesOnlyFailed({ spec }: k8s.Job): boolean {
  return spec.podReplacementPolicy === 'Failed' || spec.podFailurePolicy !== undefined
}
