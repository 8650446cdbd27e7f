/** Wires the Job controller: which changes ask for which Jobs, and for which pods that no Job will count. */
import { type k8s, keyOf, resources } from '../../api/index.ts'
import { runController, source } from '../../client/index.ts'
import type { WorkQueue } from '../../lib/index.ts'
import type { ControllerContext } from '../context.ts'
import { dependentsOf, interestedOwners, isJobFinished, SupersededVersions } from '../objects/index.ts'
import { PendingPods } from '../pods/index.ts'
import type { JobController } from './controller.ts'
import { FailureRecords } from './failure-backoff.ts'
import { isTracked } from './finalizer.ts'
import { reconcileJob } from './reconcile.ts'
import { releaseOrphan } from './release-orphans.ts'
import { ReleasedPods } from './released-pods.ts'

const CONCURRENCY = 5
/** Pods of a Job change together: their changes are looked at together. Kubernetes waits for a whole second. */
const BATCH_MS = 100

export async function runJobController(context: ControllerContext): Promise<void> {
  const { client, clock, informers, logger, signal } = context
  const [jobs, pods] = await Promise.all([informers.of(resources.jobs), informers.of(resources.pods)])
  const podsOfJobs = dependentsOf(pods)
  const controller: JobController = {
    client,
    clock,
    random: context.random,
    jobs,
    pods: podsOfJobs,
    pending: new PendingPods({ client, pods }),
    released: new ReleasedPods(),
    superseded: new SupersededVersions(),
    failures: new FailureRecords(),
    record: context.events.for('job-controller'),
  }

  const interested = (pod: k8s.Pod) => interestedOwners(pod, jobs)
  const followPods = (queue: WorkQueue) => {
    const undo = pods.onChange(({ object, old }) => {
      for (const key of [...interested(object), ...(old ? interested(old) : [])]) queue.addAfter(key, BATCH_MS)
    })
    signal.addEventListener('abort', undo, { once: true })
  }
  const podsLeft = (job: k8s.Job) => {
    const isPresent = jobs.get(job.metadata)?.metadata.uid === job.metadata.uid
    return isPresent && !isJobFinished(job) ? [] : podsOfJobs.ownedBy(job).filter(isTracked).map(keyOf)
  }

  const shared = { clock, logger, signal, concurrency: CONCURRENCY }
  await Promise.all([
    runController({
      ...shared,
      name: 'job',
      sources: [source(jobs, (job) => [keyOf(job)])],
      onQueue: followPods,
      reconcile: (key) => reconcileJob(controller, key),
    }),
    runController({
      ...shared,
      name: 'job-orphan-pods',
      sources: [source(pods, (pod) => (isTracked(pod) ? [keyOf(pod)] : [])), source(jobs, podsLeft)],
      reconcile: (key) => releaseOrphan({ client, jobs, pods }, key),
    }),
  ])
}
