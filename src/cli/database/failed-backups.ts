/** Backups by the clock that failed, of which nobody is told otherwise: why and when, until a later one succeeds. */
import { BACKUP_LABEL, isApiError, type k8s, keyOf, type ObjectRef, resources } from '../../api/index.ts'
import { listVisible } from '../cluster/list-visible.ts'
import type { Cluster } from '../cluster/open-cluster.ts'
import type { CommandContext } from '../context.ts'
import { formatAge } from '../output/text.ts'

export interface FailedBackup {
  at: string
  message: string
}

/** By the key of the Resource. */
export type FailedBackups = ReadonlyMap<string, FailedBackup>

const JOB_LABEL = 'batch.kubernetes.io/job-name'

/** Of one namespace, or of all that can be seen. Who may not see Jobs sees none. */
export async function failedBackups(
  cluster: Pick<Cluster, 'client' | 'namespace'>,
  where: { namespace?: string | undefined; signal: AbortSignal },
): Promise<FailedBackups> {
  const given = { ...where, labelSelector: BACKUP_LABEL }
  try {
    const jobs = await listVisible(cluster, resources.jobs, given)
    if (jobs.every(({ status }) => !isTrue(status, 'Failed'))) return new Map()
    return lastFailures(jobs, await listVisible(cluster, resources.pods, given))
  } catch (error) {
    if (isApiError(error, 'Forbidden')) return new Map()
    throw error
  }
}

/** Pure. */
export function lastFailures(jobs: readonly k8s.Job[], pods: readonly k8s.Pod[]): FailedBackups {
  const ended = jobs.filter(({ status }) => isTrue(status, 'Failed') || isTrue(status, 'Complete'))
  const last = new Map<string, k8s.Job>()
  for (const job of ended.toSorted((a, b) => endOf(a).localeCompare(endOf(b)))) last.set(resourceOf(job), job)
  const failed = [...last].filter(([, { status }]) => isTrue(status, 'Failed'))
  return new Map(failed.map(([key, job]) => [key, { at: endOf(job), message: saidBy(job, pods) }]))
}

const resourceOf = ({ metadata: { namespace, labels } }: k8s.Job): string =>
  keyOf({ metadata: { namespace, name: labels?.[BACKUP_LABEL] ?? '' } })

/** What the step that failed last printed, or why it could not start. */
export function saidBy({ metadata, status }: k8s.Job, pods: readonly k8s.Pod[]): string {
  const own = pods.filter(
    (pod) => pod.metadata.namespace === metadata.namespace && pod.metadata.labels?.[JOB_LABEL] === metadata.name,
  )
  const ends = own
    .flatMap((pod) => [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])])
    .flatMap(({ state }) => (state?.terminated && state.terminated.exitCode !== 0 ? [state.terminated] : []))
  const last = ends.toSorted((a, b) => (a.finishedAt ?? '').localeCompare(b.finishedAt ?? '')).at(-1)
  const ofJob = status?.conditions?.find(({ type }) => type === 'Failed')?.message
  return (last?.message ?? last?.reason ?? ofJob ?? '').trim() || 'its Job failed'
}

/** A line for each of `shown`, with where to look. */
export function noteFailedBackups(
  { t, console, clock }: CommandContext,
  failed: FailedBackups,
  shown: readonly { metadata: ObjectRef }[],
): void {
  for (const resource of shown) {
    const failure = failed.get(keyOf(resource))
    if (failure === undefined) continue
    const age = formatAge(clock.now() - Date.parse(failure.at))
    const { name } = resource.metadata
    console.note(console.errorStyle.bad(t('backup.failed', { name, age, message: failure.message })))
  }
}

export const isTrue = (status: k8s.JobStatus | undefined, type: string): boolean =>
  status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false

const endOf = ({ status }: k8s.Job): string =>
  status?.conditions?.find(({ type }) => type === 'Failed' || type === 'Complete')?.lastTransitionTime ?? ''
