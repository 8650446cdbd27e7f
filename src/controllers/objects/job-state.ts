/** What controllers read from a Job's status. Source: k8s.io/kubernetes v1.34, pkg/controller/job/util. */
import type { k8s } from '../../api/index.ts'

/** The condition that says how the Job ended: Complete or Failed. */
export function finishedCondition(job: k8s.Job): k8s.JobCondition | undefined {
  return job.status?.conditions?.find(
    ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
  )
}

export function isJobFinished(job: k8s.Job): boolean {
  return finishedCondition(job) !== undefined
}
