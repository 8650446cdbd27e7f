/** Deletes Jobs, with their pods, so many seconds after they ended as they say.
 *  Source: k8s.io/kubernetes v1.34, pkg/controller/ttlafterfinished. */
import { isApiError, type k8s, keyOf, parseKey, resources } from '../../api/index.ts'
import { type Client, type Informer, runController, source } from '../../client/index.ts'
import type { Clock } from '../../lib/index.ts'
import type { ControllerContext } from '../context.ts'
import { finishedCondition } from '../objects/index.ts'

const CONCURRENCY = 5

export async function runTtlAfterFinishedController(context: ControllerContext): Promise<void> {
  const { client, clock, informers, logger, signal } = context
  const jobs = await informers.of(resources.jobs)
  await runController({
    name: 'ttl-after-finished',
    clock,
    logger,
    signal,
    concurrency: CONCURRENCY,
    sources: [source(jobs, (job) => (expiresMs(job) === undefined ? [] : [keyOf(job)]))],
    reconcile: (key) => expireJob({ client, clock, jobs }, key),
  })
}

/** Resolves to the milliseconds until the Job expires, if it does. */
async function expireJob(
  { client, clock, jobs }: { client: Client; clock: Clock; jobs: Informer<k8s.Job> },
  key: string,
): Promise<number | undefined> {
  const ref = parseKey(key)
  const leftMs = (job: k8s.Job | undefined) => {
    const at = job && expiresMs(job)
    return at === undefined ? undefined : at - clock.now()
  }
  const cachedLeftMs = leftMs(jobs.get(ref))
  if (cachedLeftMs === undefined || cachedLeftMs > 0) return cachedLeftMs
  try {
    // The cache may not know yet that it is to live longer.
    const fresh = await client.get(resources.jobs, ref)
    const freshLeftMs = leftMs(fresh)
    if (freshLeftMs === undefined || freshLeftMs > 0) return freshLeftMs
    const { uid } = fresh.metadata
    const preconditions = uid === undefined ? {} : { preconditions: { uid } }
    await client.delete(resources.jobs, ref, { propagationPolicy: 'Foreground', ...preconditions })
    return undefined
  } catch (error) {
    if (isApiError(error, 'NotFound')) return undefined
    throw error
  }
}

/** Epoch milliseconds; undefined for a Job that goes on, that stays, or that is going already. */
function expiresMs(job: k8s.Job): number | undefined {
  const { ttlSecondsAfterFinished: ttl } = job.spec
  const endedMs = Date.parse(finishedCondition(job)?.lastTransitionTime ?? '')
  if (ttl === undefined || Number.isNaN(endedMs) || job.metadata.deletionTimestamp !== undefined) return undefined
  return endedMs + ttl * 1000
}
