/** Creates and deletes pods of a Job. */
import { isApiError, type k8s } from '../../api/index.ts'
import { createPod, deletePod, slowStart } from '../pods/index.ts'
import type { JobControl } from './controller.ts'
import { isTracked, removeFinalizer } from './finalizer.ts'
import { podForJob } from './pod-for-job.ts'
import type { Tally } from './tally.ts'

export interface Outcome {
  /** How many were created, or which ones deleted. */
  created: number
  deleted: readonly k8s.Pod[]
  /** The first that failed. */
  failure?: unknown
}

export async function createPods(
  control: JobControl,
  job: k8s.Job,
  { indexes, tally }: { indexes: readonly (number | undefined)[]; tally: Tally },
): Promise<Outcome> {
  let created = 0
  try {
    await slowStart(indexes.length, async (at) => {
      const index = indexes[at]
      const replaces = index === undefined ? undefined : tally.indexes?.toReplace.get(index)
      await createPod(control, job, podForJob(job, { index, replaces, random: control.random }))
      created++
    })
    return { created, deleted: [] }
  } catch (failure) {
    return { created, deleted: [], failure }
  }
}

/** Pods that are too many lose their finalizer first (`released`): they are not counted. Those that end with the Job
 *  keep it (`tracked`) until they are. */
export async function deletePods(
  control: JobControl,
  job: k8s.Job,
  { pods, as }: { pods: readonly k8s.Pod[]; as: 'released' | 'tracked' },
): Promise<Outcome> {
  const outcomes = await Promise.allSettled(
    pods.map(async (pod) => {
      if (as === 'released') await release(control, pod)
      await deletePod(control, job, pod)
    }),
  )
  const deleted = pods.filter((_, position) => outcomes[position]?.status === 'fulfilled')
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  return { created: 0, deleted, ...(failed && { failure: failed.reason }) }
}

/** Removes the finalizer; that the pod is gone does as well. */
export async function release({ client, key, released }: JobControl, pod: k8s.Pod): Promise<void> {
  if (!isTracked(pod)) return
  released.releasing(key, pod)
  try {
    await removeFinalizer(client, pod)
  } catch (error) {
    if (isApiError(error, 'NotFound')) return
    released.kept(key, pod)
    throw error
  }
}
