/** What of an app runs once or by the clock: its release step, its scheduled processes. */
import { apiVersionOf, type App, type AppProcess, type k8s, type Release, resources } from '../../api/index.ts'
import type { BoundResource } from '../bindings/bound.ts'
import { withBindings } from '../bindings/project.ts'
import { labelsOf, ownedMetadata } from './owned.ts'
import { taskTemplate } from './pod-template.ts'

/** The name that the pods of a release step have as their process. */
export const STEP_PROCESS = 'release'
const DEFAULT_STEP_SECONDS = 600
/** Finished runs that are kept, for their logs. */
const KEPT_RUNS = 3

export const stepName = (release: Release): string => `${release.metadata.name}-${STEP_PROCESS}`

/** Tried once: whether a migration may be run again is for its author to say, by deploying again. */
export function releaseStepJob(release: Release, bound: readonly BoundResource[] = []): k8s.Job {
  const { command, args, timeoutSeconds = DEFAULT_STEP_SECONDS } = release.spec.releaseStep ?? {}
  return {
    apiVersion: apiVersionOf(resources.jobs),
    kind: resources.jobs.kind,
    metadata: ownedMetadata(release, stepName(release), STEP_PROCESS),
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: timeoutSeconds,
      template: withBindings(taskTemplate(release, { name: STEP_PROCESS, command, args }), bound),
    },
  }
}

export const cronJobName = (app: App, process: AppProcess): string => `${app.metadata.name}-${process.name}`

/** Stays the same object from release to release, so that no run is missed or doubled between them. */
export function scheduledCronJob(
  app: App,
  { release, process, bound = [] }: { release: Release; process: AppProcess; bound?: readonly BoundResource[] },
): k8s.CronJob {
  const { name, schedule = '', timeZone } = process
  const metadata = ownedMetadata(app, cronJobName(app, process), name)
  return {
    apiVersion: apiVersionOf(resources.cronjobs),
    kind: resources.cronjobs.kind,
    metadata: { ...metadata, labels: labelsOf(release, name) },
    spec: {
      schedule,
      ...(timeZone !== undefined && { timeZone }),
      // A run that takes longer than the pause to the next is not overtaken by it.
      concurrencyPolicy: 'Forbid',
      successfulJobsHistoryLimit: KEPT_RUNS,
      failedJobsHistoryLimit: KEPT_RUNS,
      jobTemplate: {
        metadata: { labels: labelsOf(release, name) } as k8s.ObjectMeta,
        spec: { backoffLimit: 0, template: withBindings(taskTemplate(release, process), bound) },
      },
    },
  }
}
