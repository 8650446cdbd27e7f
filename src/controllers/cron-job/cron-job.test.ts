import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type k8s, resources } from '../../api/index.ts'
import { toKubernetesTime } from '../../lib/index.ts'
import { ControllerRun } from '../../../test/harness/controller-run.ts'
import { runCronJobController } from './run.ts'

const { cronjobs, jobs } = resources
const namespace = 'default'
const MINUTE = 60_000

function cronJobOf(name: string, spec: Partial<k8s.CronJobSpec> = {}): k8s.CronJob {
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'work:1' }] } }
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { namespace, name },
    spec: { schedule: '* * * * *', jobTemplate: { spec: { template } }, ...spec },
  }
}

describe('a CronJob', () => {
  let run: ControllerRun
  beforeEach(async () => {
    run = await ControllerRun.open({
      run: runCronJobController,
      account: 'cronjob-controller',
      startAt: '2026-01-05T08:00:30Z',
    })
  })
  afterEach(() => run[Symbol.asyncDispose]())

  const create = (spec: Partial<k8s.CronJobSpec> = {}) => run.client.create(cronjobs, cronJobOf('tick', spec))
  const get = () => run.client.get(cronjobs, { namespace, name: 'tick' })
  const status = async () => (await get()).status ?? {}
  const patch = (spec: object) => run.client.patch(cronjobs, { namespace, name: 'tick' }, { spec })
  const made = async () => {
    const { items } = await run.client.list(jobs, { namespace })
    return items.toSorted((a, b) => a.metadata.name.localeCompare(b.metadata.name))
  }
  const names = async () => (await made()).map(({ metadata }) => metadata.name)
  /** The name of the Job of that time of the day. */
  const at = (time: string) => `tick-${Date.parse(`2026-01-05T${time}:00Z`) / MINUTE}`

  async function finish(name: string, type: 'Complete' | 'Failed' = 'Complete'): Promise<void> {
    const job = await run.client.get(jobs, { namespace, name })
    const now = toKubernetesTime(run.clock.now())
    const interim = type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget'
    const conditions = [interim, type].map((each) => ({ type: each, status: 'True', lastTransitionTime: now }))
    await run.client.updateStatus(jobs, {
      ...job,
      status: { startTime: now, conditions, ...(type === 'Complete' && { completionTime: now, succeeded: 1 }) },
    })
    await run.pass(0)
  }

  it('starts a Job at its time, and says so', async () => {
    await create({
      schedule: '*/5 * * * *',
      jobTemplate: {
        metadata: { name: '', labels: { app: 'tick' }, annotations: { a: 'b' } },
        spec: cronJobOf('').spec.jobTemplate.spec,
      },
    })
    await run.pass(4 * MINUTE)
    expect(await made()).toEqual([])
    await run.pass(MINUTE)
    const [job] = await made()
    expect(job?.metadata).toMatchObject({
      name: at('08:05'),
      labels: { app: 'tick' },
      annotations: { a: 'b', 'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-01-05T08:05:00Z' },
      ownerReferences: [
        { apiVersion: 'batch/v1', kind: 'CronJob', name: 'tick', controller: true, blockOwnerDeletion: true },
      ],
    })
    expect(await status()).toMatchObject({
      lastScheduleTime: '2026-01-05T08:05:00Z',
      active: [{ apiVersion: 'batch/v1', kind: 'Job', name: at('08:05'), namespace, uid: job?.metadata.uid }],
    })
    await finish(at('08:05'))
    expect(await status()).toMatchObject({ lastSuccessfulTime: toKubernetesTime(run.clock.now()) })
    expect((await status()).active).toBeUndefined()
    expect(await run.events()).toEqual(
      expect.arrayContaining([
        `Normal SuccessfulCreate Created job ${at('08:05')}`,
        `Normal SawCompletedJob Saw completed job: ${at('08:05')}, condition: Complete`,
      ]),
    )
  })

  it('goes by the clocks of its time zone, and notes the time as they show it', async () => {
    await create({ schedule: '30 9 * * *', timeZone: 'Europe/Berlin' })
    await run.pass(29 * MINUTE)
    expect(await made()).toEqual([])
    await run.pass(MINUTE)
    expect((await made())[0]?.metadata.annotations).toEqual({
      'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-01-05T09:30:00+01:00',
    })
  })

  it('lets Jobs run side by side, or one wait for the other, or take its place, as it says', async () => {
    await create({ concurrencyPolicy: 'Allow' })
    await run.pass(MINUTE)
    await run.pass(MINUTE)
    expect(await names()).toEqual([at('08:01'), at('08:02')])
    await patch({ concurrencyPolicy: 'Forbid' })
    await run.pass(MINUTE)
    expect(await names()).toEqual([at('08:01'), at('08:02')])
    expect(await run.events()).toContain(
      'Normal JobAlreadyActive Not starting job because prior execution is running and concurrency policy is Forbid',
    )
    await patch({ concurrencyPolicy: 'Replace' })
    await run.pass(MINUTE)
    const [only, ...others] = await names()
    expect(others).toEqual([])
    expect((await status()).active?.map(({ name }) => name)).toEqual([only])
    expect(await run.events()).toContain(`Normal SuccessfulDelete Deleted job ${at('08:01')}`)
  })

  it('starts what was forbidden as soon as it may', async () => {
    await create({ schedule: '*/10 * * * *', concurrencyPolicy: 'Forbid' })
    await run.pass(10 * MINUTE)
    await run.pass(15 * MINUTE)
    expect(await names()).toEqual([at('08:10')])
    await finish(at('08:10'))
    expect(await names()).toEqual([at('08:10'), at('08:20')])
  })

  it('starts nothing while it is suspended, and then the last that is due', async () => {
    await create({ suspend: true })
    await run.pass(10 * MINUTE)
    expect(await made()).toEqual([])
    await patch({ suspend: false })
    await run.pass(0)
    expect(await names()).toEqual([at('08:10')])
  })

  it('does not start what is later than its deadline', async () => {
    await create({ schedule: '0 9 * * *', startingDeadlineSeconds: 120 })
    await run.stop()
    await run.pass(90 * MINUTE)
    run.start()
    await run.pass(0)
    expect(await made()).toEqual([])
    await patch({ startingDeadlineSeconds: 7200 })
    await run.pass(0)
    expect(await names()).toEqual([at('09:00')])
  })

  it('catches up with the last of those it has missed, and tells when they were many', async () => {
    await create()
    await run.stop()
    await run.pass(90 * MINUTE)
    run.start()
    await run.pass(0)
    expect(await names()).toEqual([at('09:30')])
    expect((await run.events()).join('\n')).not.toContain('TooManyMissedTimes')
    await run.stop()
    await run.pass(102 * MINUTE)
    run.start()
    await run.pass(0)
    expect(await names()).toEqual([at('09:30'), at('11:12')])
    expect(await run.events()).toContain(
      'Warning TooManyMissedTimes too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew',
    )
  })

  it('keeps as many Jobs that ended as it says', async () => {
    await create({ successfulJobsHistoryLimit: 2, failedJobsHistoryLimit: 1 })
    for (let minute = 1; minute <= 6; minute++) {
      await run.pass(MINUTE)
      await finish(at(`08:0${minute}`), minute % 3 === 0 ? 'Failed' : 'Complete')
    }
    await run.pass(1000)
    expect(await names()).toEqual([at('08:04'), at('08:05'), at('08:06')])
  })

  it('with a new schedule starts by that from now on', async () => {
    await create({ schedule: '0 0 1 1 *' })
    await run.pass(10 * MINUTE)
    await patch({ schedule: '*/5 * * * *' })
    await run.pass(MINUTE)
    expect(await made()).toEqual([])
    await run.pass(4 * MINUTE)
    expect(await names()).toEqual([at('08:15')])
  })

  it('notices Jobs that vanish, and some that it did not start', async () => {
    await create()
    await run.pass(MINUTE)
    await run.client.delete(jobs, { namespace, name: at('08:01') }, { propagationPolicy: 'Background' })
    await run.pass(0)
    expect((await status()).active).toBeUndefined()
    expect(await run.events()).toContain(`Normal MissingJob Active job went missing: ${at('08:01')}`)
    const { uid } = (await get()).metadata
    await run.client.create(jobs, {
      metadata: {
        namespace,
        name: 'manual',
        ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name: 'tick', uid: uid ?? '', controller: true }],
      },
      spec: cronJobOf('').spec.jobTemplate.spec!,
    })
    await run.pass(0)
    expect(await run.events()).toContain(
      'Warning UnexpectedJob Saw a job that the controller did not create or forgot: manual',
    )
  })

  it('knows of a Job that it made before it died', async () => {
    await run.stop()
    await create()
    run.start({ writes: 0, isLastDone: true })
    await run.pass(MINUTE)
    await run.restart()
    await run.pass(0)
    expect(await names()).toEqual([at('08:01')])
    expect((await status()).active?.map(({ name }) => name)).toEqual([at('08:01')])
  })
})

it('several CronJobs over 24 hours start all their Jobs at their times, across restarts', async () => {
  await using run = await ControllerRun.open({
    run: runCronJobController,
    account: 'cronjob-controller',
    startAt: '2026-03-28T12:00:00Z',
  })
  const { client, clock } = run
  const started = new Map<string, string[]>()
  const note = async () => {
    for (const job of (await client.list(jobs)).items) {
      if (job.status?.conditions !== undefined) continue
      const owner = job.metadata.ownerReferences?.[0]?.name ?? ''
      const at = job.metadata.annotations?.['batch.kubernetes.io/cronjob-scheduled-timestamp'] ?? ''
      started.set(owner, [...(started.get(owner) ?? []), at])
      const now = toKubernetesTime(clock.now())
      const conditions = ['SuccessCriteriaMet', 'Complete'].map((type) => ({ type, status: 'True' }))
      const status = { startTime: now, completionTime: now, succeeded: 1, conditions }
      await client.updateStatus(jobs, { ...job, status })
    }
  }
  for (const [name, schedule, timeZone] of [
    ['often', '*/10 * * * *', undefined],
    ['hourly', '@hourly', undefined],
    ['office', '0 9-17/4 * * *', 'Asia/Seoul'],
    ['nightly', '30 2,3 * * *', 'Europe/Berlin'],
    ['weekday', '15 6 * * MON-FRI', undefined],
    ['never', '0 0 31 2 *', undefined],
  ] as const)
    await client.create(cronjobs, cronJobOf(name, { schedule, ...(timeZone && { timeZone }) }))
  for (let minute = 0; minute < 24 * 60; minute += 5) {
    await run.pass(5 * MINUTE)
    await note()
    if (minute % 700 === 695) await run.restart()
  }
  await run.pass(1000)
  await note()
  await run.pass(0)
  const count = (name: string) => started.get(name)?.length ?? 0
  expect([count('often'), count('hourly'), count('weekday'), count('never')]).toEqual([144, 24, 0, 0])
  expect(new Set(started.get('often')).size).toBe(144)
  expect(started.get('office')).toEqual([
    '2026-03-29T09:00:00+09:00',
    '2026-03-29T13:00:00+09:00',
    '2026-03-29T17:00:00+09:00',
  ])
  // Clocks go from two to three that night.
  expect(started.get('nightly')).toEqual(['2026-03-29T03:30:00+02:00'])
  for (const name of ['often', 'hourly', 'office', 'nightly']) {
    const owned = (await client.list(jobs)).items.filter(({ metadata }) => metadata.ownerReferences?.[0]?.name === name)
    expect(owned.length).toBeLessThanOrEqual(3)
  }
}, 120_000)
