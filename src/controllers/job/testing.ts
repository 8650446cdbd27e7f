/** A Job controller over an API server in this process, with time and the ends of pods in the test's hands. */
import { expect } from 'vitest'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'
import { type ComponentClients, componentClients } from '../../../test/harness/components.ts'
import { type k8s, resources } from '../../api/index.ts'
import { FakeClock, silentLogger, toKubernetesTime } from '../../lib/index.ts'
import type { ControllerContext } from '../context.ts'
import { EventRecorder } from '../events.ts'
import { SharedInformers } from '../shared-informers.ts'
import { runJobController } from './run.ts'

export const REF = { namespace: 'default', name: 'work' }

export function jobOf(spec: Partial<k8s.JobSpec> = {}): k8s.Job {
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'work:1' }] } }
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { ...REF }, spec: { template, ...spec } }
}

export class JobTest implements AsyncDisposable {
  readonly clock: FakeClock
  readonly cluster: TestCluster
  readonly #components: ComponentClients
  #stop = new AbortController()
  #running: Promise<void> = Promise.resolve()

  constructor(cluster: TestCluster, clock: FakeClock) {
    this.cluster = cluster
    this.clock = clock
    this.#components = componentClients(cluster)
    this.start()
  }

  static async open(): Promise<JobTest> {
    const clock = new FakeClock(Date.parse('2026-01-01T00:00:00Z'))
    return new JobTest(await openTestCluster({ clock }), clock)
  }

  start(): void {
    this.#stop = new AbortController()
    const { signal } = this.#stop
    const { client, clientAs } = this.#components.controllers
    const { clock } = this
    this.#running = (async () => {
      await using informers = new SharedInformers({ client, clock, logger: silentLogger, signal })
      await using events = new EventRecorder({ client, clock })
      const shared = { clock, signal, logger: silentLogger, random: Math.random, informers, events }
      await runJobController({ ...shared, client: clientAs('job-controller') } satisfies ControllerContext)
    })()
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#running.catch(() => {})
  }

  async restart(): Promise<void> {
    await this.stop()
    this.start()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    await this.cluster[Symbol.asyncDispose]()
    expect(this.#components.refused).toEqual([])
  }

  get client() {
    return this.cluster.client
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

  async events(): Promise<string[]> {
    const { items } = await this.client.list(resources.events, { namespace: REF.namespace })
    return items.map(({ type, reason, message }) => `${type} ${reason} ${message}`)
  }

  /** Waits for it, while time passes by tenths of seconds. */
  async eventually(check: () => Promise<void>): Promise<void> {
    let failure: unknown
    for (let turn = 0; turn < 300; turn++) {
      try {
        return await check()
      } catch (error) {
        failure = error
      }
      await this.clock.advance(100)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    throw failure
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
