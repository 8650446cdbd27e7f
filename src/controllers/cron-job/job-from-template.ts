/** The Job of a CronJob for one of its times. Source: k8s.io/kubernetes v1.34, pkg/controller/cronjob
 *  (getJobFromTemplate2). */
import { apiVersionOf, type k8s, type KubeObject, resources } from '../../api/index.ts'
import { zoneOffset } from '../../api/machinery.ts'
import { toKubernetesTime } from '../../lib/index.ts'
import { controllerReference } from '../objects/index.ts'

const SCHEDULED_AT = 'batch.kubernetes.io/cronjob-scheduled-timestamp'
const MINUTE_MS = 60_000

/** The same for the same time, so that no Job is made twice. */
export const jobName = ({ metadata }: KubeObject, dueMs: number): string =>
  `${metadata.name}-${Math.floor(dueMs / MINUTE_MS)}`

export function jobFor(cronJob: k8s.CronJob, dueMs: number): k8s.Job {
  const { jobTemplate, timeZone = '' } = cronJob.spec
  const { labels, annotations } = jobTemplate.metadata ?? {}
  return structuredClone({
    apiVersion: apiVersionOf(resources.jobs),
    kind: resources.jobs.kind,
    metadata: {
      name: jobName(cronJob, dueMs),
      namespace: cronJob.metadata.namespace,
      ...(labels && { labels }),
      annotations: { ...annotations, [SCHEDULED_AT]: shownIn(timeZone, dueMs) },
      ownerReferences: [controllerReference(cronJob, resources.cronjobs)],
    },
    spec: jobTemplate.spec ?? ({} as k8s.JobSpec),
  })
}

/** RFC 3339, as clocks of the zone show it. */
function shownIn(timeZone: string, epochMs: number): string {
  const offsetMs = zoneOffset(timeZone)?.(epochMs) ?? 0
  const shown = toKubernetesTime(epochMs + offsetMs)
  if (offsetMs === 0) return shown
  const [hours, minutes] = [Math.floor(Math.abs(offsetMs) / 3_600_000), (Math.abs(offsetMs) / MINUTE_MS) % 60]
  const twoDigits = (value: number) => `${value}`.padStart(2, '0')
  return `${shown.slice(0, -1)}${offsetMs < 0 ? '-' : '+'}${twoDigits(hours)}:${twoDigits(minutes)}`
}
