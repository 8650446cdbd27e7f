/** A Job in a test, and the ends of its pods. */
import { type k8s, resources } from '../../src/api/index.ts'
import { toKubernetesTime } from '../../src/lib/index.ts'
import { ControllerRun } from './controller-run.ts'
import { runJobController } from '../../src/controllers/job/index.ts'

export const REF = { namespace: 'default', name: 'work' }

export function jobOf(spec: Partial<k8s.JobSpec> = {}): k8s.Job {
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'work:1' }] } }
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { ...REF }, spec: { template, ...spec } }
}

export class JobTest implements AsyncDisposable {
  readonly run: ControllerRun

  constructor(run: ControllerRun) {
    this.run = run
  }

  static async open(): Promise<JobTest> {
    return new JobTest(await ControllerRun.open({ run: runJobController, account: 'job-controller' }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.run[Symbol.asyncDispose]()
  }

  get client() {
    return this.run.client
  }

  get clock() {
    return this.run.clock
  }

  create(spec: Partial<k8s.JobSpec> = {}): Promise<k8s.Job> {
    return this.client.create(resources.jobs, jobOf(spec))
  }

  patch(spec: object): Promise<k8s.Job> {
    return this.client.patch(resources.jobs, REF, { spec })
  }

  job(): Promise<k8s.Job> {
    return this.client.get(resources.jobs, REF)
  }

  async pods(): Promise<k8s.Pod[]> {
    const { items } = await this.client.list(resources.pods, { namespace: REF.namespace })
    const index = (pod: k8s.Pod) => Number(pod.metadata.labels?.['batch.kubernetes.io/job-completion-index'] ?? 0)
    return items.toSorted((a, b) => index(a) - index(b) || a.metadata.name.localeCompare(b.metadata.name))
  }

  async active(): Promise<k8s.Pod[]> {
    const pods = await this.pods()
    return pods.filter(
      ({ metadata, status }) =>
        metadata.deletionTimestamp === undefined && !['Succeeded', 'Failed'].includes(status?.phase ?? ''),
    )
  }

  /** Ends a pod: all its containers with the exit code. */
  async exit(pod: k8s.Pod | undefined, exitCode: number, conditions: k8s.PodCondition[] = []): Promise<void> {
    if (pod === undefined) throw new Error('there is no such pod')
    const finishedAt = toKubernetesTime(this.clock.now())
    const status: k8s.PodStatus = {
      phase: exitCode === 0 ? 'Succeeded' : 'Failed',
      conditions,
      containerStatuses: [
        {
          name: 'main',
          image: 'work:1',
          imageID: '',
          ready: false,
          restartCount: 0,
          state: { terminated: { exitCode, finishedAt, startedAt: finishedAt } },
        },
      ],
    }
    await this.client.patch(resources.pods, pod.metadata, { status }, { subresource: 'status' })
  }

  /** Plays the kubelet of the pods that are being deleted: they are gone. */
  async collect(): Promise<void> {
    for (const { metadata } of await this.pods())
      if (metadata.deletionTimestamp !== undefined)
        await this.client.delete(resources.pods, metadata, { gracePeriodSeconds: 0 })
  }

  async conditions(): Promise<Record<string, string>> {
    const { status } = await this.job()
    return Object.fromEntries(
      (status?.conditions ?? [])
        .filter((condition) => condition.status === 'True')
        .map(({ type, reason }) => [type, reason ?? '']),
    )
  }
}
