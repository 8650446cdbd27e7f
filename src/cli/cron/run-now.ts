/** Runs a scheduled process out of its turn, and shows what it prints. */
import { randomBytes } from 'node:crypto'
import { apiVersionOf, isApiError, type k8s, resources } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import type { CommandContext } from '../context.ts'
import { CliError } from '../errors.ts'
import { type CronRun, endOf, runOf } from './runs.ts'

/** As `kubectl create job --from` marks what was not started by the clock. */
const MANUAL = { 'cronjob.kubernetes.io/instantiate': 'manual' }
const SUFFIX_BYTES = 3
const LOOK_AGAIN_MS = 100

/** The CronJob's own Job, so that it is kept and goes as the others do. */
export function jobNow({ metadata, spec }: k8s.CronJob, suffix: string): k8s.Job {
  const { name, namespace, uid = '' } = metadata
  const { labels, annotations } = spec.jobTemplate.metadata ?? {}
  const owner = { apiVersion: apiVersionOf(resources.cronjobs), kind: resources.cronjobs.kind, name, uid }
  return {
    apiVersion: apiVersionOf(resources.jobs),
    kind: resources.jobs.kind,
    metadata: {
      name: `${name}-${suffix}`,
      namespace,
      ...(labels && { labels }),
      annotations: { ...annotations, ...MANUAL },
      ownerReferences: [{ ...owner, controller: true }],
    },
    spec: structuredClone(spec.jobTemplate.spec) as k8s.JobSpec,
  }
}

/** Resolves to how it ended. Interrupted, the run goes on. Throws CliError `runFailed` when its command does not come to
 *  run. */
export async function runNow(
  context: CommandContext,
  client: Client,
  { cronJob, patienceMs }: { cronJob: k8s.CronJob; patienceMs: number },
): Promise<CronRun> {
  const { t, console, signal } = context
  const job = await client.create(resources.jobs, jobNow(cronJob, randomBytes(SUFFIX_BYTES).toString('hex')), {
    signal,
  })
  const pod = await console.progress.run(t('step.run', { pod: job.metadata.name }), () =>
    untilStarted(context, client, { job, patienceMs }),
  )
  if (pod !== undefined) {
    const container = pod.spec?.containers[0]?.name ?? ''
    for await (const text of client.logs(pod.metadata, { container, follow: true, signal }))
      if (!context.json) console.raw(text)
  }
  return await untilOver(context, client, job)
}

/** Its pod, whose command runs or has run; undefined when the Job came to its end without one. */
async function untilStarted(
  { clock, signal }: CommandContext,
  client: Client,
  { job, patienceMs }: { job: k8s.Job; patienceMs: number },
): Promise<k8s.Pod | undefined> {
  const deadline = clock.now() + patienceMs
  for (;;) {
    const [pod] = await podsOf(client, job, signal)
    const { running, terminated, waiting } = pod?.status?.containerStatuses?.[0]?.state ?? {}
    if (running !== undefined || terminated !== undefined) return pod
    if (endOf(await client.get(resources.jobs, job.metadata, { signal })) !== undefined) return undefined
    if (clock.now() > deadline)
      throw CliError.of('runFailed', {
        pod: pod?.metadata.name ?? job.metadata.name,
        reason: [waiting?.reason ?? pod?.status?.phase, waiting?.message].filter(Boolean).join(': '),
      })
    await clock.sleep(LOOK_AGAIN_MS, signal)
  }
}

async function untilOver({ clock, signal }: CommandContext, client: Client, job: k8s.Job): Promise<CronRun> {
  for (;;) {
    const now = await client.get(resources.jobs, job.metadata, { signal }).catch((error: unknown) => {
      // Of many that end at once only some are kept.
      if (isApiError(error, 'NotFound')) return undefined
      throw error
    })
    if (now === undefined) return { job: job.metadata.name, state: 'failed', reason: 'Deleted' }
    if (endOf(now) !== undefined) return runOf(now, await podsOf(client, job, signal))
    await clock.sleep(LOOK_AGAIN_MS, signal)
  }
}

async function podsOf(client: Client, { metadata }: k8s.Job, signal: AbortSignal): Promise<k8s.Pod[]> {
  const labelSelector = `batch.kubernetes.io/job-name=${metadata.name}`
  return (await client.list(resources.pods, { namespace: metadata.namespace, labelSelector, signal })).items
}
