/** Which of an Indexed Job's completions a pod works on, and how often pods before it failed at that.
 *  Source: k8s.io/kubernetes v1.34, pkg/controller/job/indexed_job_utils.go. */
import type { k8s } from '../../api/index.ts'
import { completionsOf } from './spec.ts'

/** The annotation, and the label. */
export const COMPLETION_INDEX = 'batch.kubernetes.io/job-completion-index'
export const INDEX_FAILURES = 'batch.kubernetes.io/job-index-failure-count'
export const INDEX_IGNORED_FAILURES = 'batch.kubernetes.io/job-index-ignored-failure-count'

const MAX_INT32 = 2 ** 31 - 1

export function completionIndex(pod: k8s.Pod): number | undefined {
  const text = pod.metadata.annotations?.[COMPLETION_INDEX]
  return text !== undefined && /^\+?\d+$/.test(text) ? Number(text) : undefined
}

/** The index if the Job still has it: it may have been made smaller. */
export function validIndex(job: k8s.Job, pod: k8s.Pod): number | undefined {
  const index = completionIndex(pod)
  return index !== undefined && index < completionsOf(job) ? index : undefined
}

export function indexesOf(pods: readonly k8s.Pod[]): Set<number> {
  return new Set(pods.map(completionIndex).filter((index) => index !== undefined))
}

/** How many pods failed at the index before this one, of those that count. */
export const indexFailures = (pod: k8s.Pod): number => countIn(pod, INDEX_FAILURES)
export const ignoredIndexFailures = (pod: k8s.Pod): number => countIn(pod, INDEX_IGNORED_FAILURES)
export const allIndexFailures = (pod: k8s.Pod): number => indexFailures(pod) + ignoredIndexFailures(pod)

/** What users wrote instead of a count is none. */
function countIn(pod: k8s.Pod, annotation: string): number {
  const text = pod.metadata.annotations?.[annotation] ?? ''
  const value = /^\+?\d+$/.test(text) ? Number(text) : 0
  return value > MAX_INT32 ? 0 : value
}
