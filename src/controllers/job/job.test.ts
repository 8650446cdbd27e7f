import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isApiError, resources } from '../../api/index.ts'
import { jobOf, JobTest, REF } from '../../../test/harness/job-test.ts'

describe('a Job', () => {
  let test: JobTest
  beforeEach(async () => {
    test = await JobTest.open()
  })
  afterEach(() => test[Symbol.asyncDispose]())

  const activePods = (count: number) =>
    test.run.eventually(async () => expect((await test.active()).length).toBe(count))
  const status = async () => (await test.job()).status
  const hasStatus = (expected: object) =>
    test.run.eventually(async () => expect(await status()).toMatchObject(expected))
  const ends = (type: string, reason: string) =>
    test.run.eventually(async () => expect(await test.conditions()).toMatchObject({ [type]: reason }))

  it('makes as many pods at once as it may, until as many as it needs have succeeded', async () => {
    await test.create({ completions: 3, parallelism: 2 })
    await activePods(2)
    await hasStatus({ active: 2, ready: 0, terminating: 0, startTime: expect.any(String) })
    const [first] = await test.active()
    expect(first?.metadata).toMatchObject({
      generateName: 'work-',
      finalizers: ['batch.kubernetes.io/job-tracking'],
      labels: { 'job-name': 'work', 'batch.kubernetes.io/job-name': 'work' },
    })
    await test.exit(first, 0)
    await hasStatus({ active: 2, succeeded: 1 })
    for (const pod of await test.active()) await test.exit(pod, 0)
    await ends('Complete', 'CompletionsReached')
    const { conditions, completionTime, startTime, ...counts } = (await status()) ?? {}
    expect(counts).toEqual({ succeeded: 3, ready: 0, terminating: 0, uncountedTerminatedPods: {} })
    expect(conditions).toEqual([
      expect.objectContaining({
        type: 'SuccessCriteriaMet',
        status: 'True',
        reason: 'CompletionsReached',
        message: 'Reached expected number of succeeded pods',
      }),
      expect.objectContaining({ type: 'Complete', status: 'True', lastProbeTime: completionTime }),
    ])
    expect(Date.parse(completionTime ?? '')).toBeGreaterThanOrEqual(Date.parse(startTime ?? ''))
    expect((await test.pods()).flatMap(({ metadata }) => metadata.finalizers ?? [])).toEqual([])
    const events = await test.run.events()
    expect(events).toContain('Normal Completed Job completed')
    expect(events).toContain(`Normal SuccessfulCreate Created pod: ${first?.metadata.name}`)
  })

  it('is written no more once it is at rest', async () => {
    await test.create({ parallelism: 2, completions: 2 })
    await activePods(2)
    await hasStatus({ active: 2 })
    const { metadata } = await test.job()
    await test.run.restart()
    for (let turn = 0; turn < 20; turn++) await test.clock.advance(1000)
    expect((await test.job()).metadata.resourceVersion).toBe(metadata.resourceVersion)
  })

  it('with no number of completions is done after one success, when the others have ended', async () => {
    await test.create({ parallelism: 3 })
    await activePods(3)
    const [first, ...others] = await test.active()
    await test.exit(first, 0)
    await hasStatus({ active: 2, succeeded: 1 })
    expect(await test.conditions()).toEqual({})
    await test.exit(others[0], 1)
    await test.exit(others[1], 0)
    await ends('Complete', 'CompletionsReached')
    expect(await status()).toMatchObject({ succeeded: 2, failed: 1 })
  })

  it('tries again after 10 s, 20 s, …, until its back-off limit is reached', async () => {
    await test.create({ backoffLimit: 2 })
    for (const waitMs of [0, 10_000, 20_000]) {
      const failedMs = test.clock.now()
      await activePods(1)
      expect(test.clock.now() - failedMs).toBeGreaterThanOrEqual(waitMs - 1000)
      await test.exit((await test.active())[0], 1)
    }
    await ends('Failed', 'BackoffLimitExceeded')
    expect(await test.conditions()).toMatchObject({ FailureTarget: 'BackoffLimitExceeded' })
    expect(await status()).toMatchObject({ failed: 3 })
    expect(await test.run.events()).toContain(
      'Warning BackoffLimitExceeded Job has reached the specified backoff limit',
    )
  })

  it('that fails deletes the pods that run, and has failed when they are gone', async () => {
    await test.create({ backoffLimit: 0, parallelism: 3, completions: 3 })
    await activePods(3)
    const [first, second] = await test.active()
    const bind = { metadata: { name: second?.metadata.name }, target: { kind: 'Node', name: 'node-1' } }
    await test.client.subresource(resources.pods, second!.metadata, 'binding', { method: 'POST', body: bind })
    await test.exit(first, 1)
    await ends('FailureTarget', 'BackoffLimitExceeded')
    await hasStatus({ terminating: 1 })
    expect(await test.conditions()).not.toHaveProperty('Failed')
    await test.collect()
    await ends('Failed', 'BackoffLimitExceeded')
    const { active = 0, terminating, failed } = (await status()) ?? {}
    expect({ active, terminating, failed }).toEqual({ active: 0, terminating: 0, failed: 3 })
    expect(await test.run.events()).toContain(`Normal SuccessfulDelete Deleted pod: ${second?.metadata.name}`)
  })

  it('ends at its deadline', async () => {
    await test.create({ activeDeadlineSeconds: 20 })
    await activePods(1)
    await ends('Failed', 'DeadlineExceeded')
    const { startTime = '' } = (await status()) ?? {}
    expect(test.clock.now() - Date.parse(startTime)).toBeGreaterThanOrEqual(20_000)
    expect(await test.run.events()).toContain('Warning DeadlineExceeded Job was active longer than specified deadline')
  })

  it('gives up its pods while it is suspended, and starts anew when resumed', async () => {
    await test.create({ parallelism: 2, completions: 2, activeDeadlineSeconds: 60 })
    await activePods(2)
    const before = (await status())?.startTime ?? ''
    await test.patch({ suspend: true })
    await activePods(0)
    await hasStatus({
      conditions: [{ type: 'Suspended', status: 'True', reason: 'JobSuspended', message: 'Job suspended' }],
    })
    const { active = 0, failed = 0 } = (await status()) ?? {}
    expect([active, failed]).toEqual([0, 0])
    await test.clock.advance(100_000)
    await test.patch({ suspend: false })
    await activePods(2)
    await hasStatus({ active: 2, conditions: [{ type: 'Suspended', status: 'False', reason: 'JobResumed' }] })
    expect(Date.parse((await status())?.startTime ?? '')).toBeGreaterThan(Date.parse(before))
    expect(await test.run.events()).toEqual(
      expect.arrayContaining(['Normal Suspended Job suspended', 'Normal Resumed Job resumed']),
    )
  })

  it('created suspended has neither pods nor a start', async () => {
    await test.create({ suspend: true })
    await hasStatus({ conditions: [{ type: 'Suspended', status: 'True' }] })
    expect((await status())?.startTime).toBeUndefined()
    expect(await test.pods()).toEqual([])
  })

  it('is left alone when somebody else manages it', async () => {
    await test.create({ managedBy: 'example.com/queue' })
    await test.clock.advance(5000)
    expect(await test.pods()).toEqual([])
    expect(await status()).toEqual({})
  })

  it('adopts pods that match, with the finalizer, and lets go those that no longer do', async () => {
    await test.create({ parallelism: 1, completions: 2 })
    await activePods(1)
    const [pod] = await test.active()
    await test.client.patch(resources.pods, pod!.metadata, {
      metadata: { labels: { 'batch.kubernetes.io/controller-uid': 'x' } },
    })
    await activePods(2)
    const left = (await test.pods()).find(({ metadata }) => metadata.name === pod?.metadata.name)
    expect(left?.metadata.ownerReferences).toBeUndefined()
    await test.run.eventually(async () => {
      const freed = await test.client.get(resources.pods, pod!.metadata)
      expect(freed.metadata.finalizers).toBeUndefined()
    })
    const uid = (await test.job()).metadata.uid
    await test.client.patch(resources.pods, pod!.metadata, {
      metadata: { labels: { 'batch.kubernetes.io/controller-uid': uid } },
    })
    await test.run.eventually(async () => {
      const items = (await test.pods()).filter(({ metadata }) => metadata.ownerReferences !== undefined)
      expect(items.length).toBe(1)
    })
  })

  it('that is deleted lets its pods go', async () => {
    await test.create({ parallelism: 2, completions: 2 })
    await activePods(2)
    await test.client.delete(resources.jobs, REF, { propagationPolicy: 'Background' })
    await test.run.eventually(async () =>
      expect((await test.pods()).flatMap(({ metadata }) => metadata.finalizers ?? [])).toEqual([]),
    )
  })

  it('replaces a pod that is being deleted at once, or when it has ended where it says so', async () => {
    await test.create({ podReplacementPolicy: 'Failed' })
    await activePods(1)
    const [pod] = await test.active()
    await test.client.delete(resources.pods, pod!.metadata)
    await hasStatus({ terminating: 1 })
    await test.clock.advance(30_000)
    expect((await test.pods()).length).toBe(1)
    await test.exit((await test.pods())[0], 143)
    await activePods(1)
    await hasStatus({ failed: 1, active: 1, terminating: 0 })
  })

  it.each([
    { completionMode: 'NonIndexed', isLastDone: false },
    { completionMode: 'NonIndexed', isLastDone: true },
    { completionMode: 'Indexed', isLastDone: false },
    { completionMode: 'Indexed', isLastDone: true },
    { completionMode: 'Indexed', isLastDone: false, backoffLimitPerIndex: 100 },
    { completionMode: 'Indexed', isLastDone: true, backoffLimitPerIndex: 100 },
  ])(
    'counts every end once, whichever write its controller dies at: %o',
    async ({ isLastDone, ...mode }) => {
      await test.create({ completions: 8, parallelism: 3, backoffLimit: 100, ...mode })
      let [turn, failures] = [0, 0]
      await test.run.eventually(async () => {
        const [pod] = await test.active()
        // The next life ends after as many writes as there are in a round, or fewer.
        await test.run.restart({ writes: turn % 7, isLastDone })
        await test.run.pass(200)
        if (pod !== undefined && turn % 2 === 0) {
          const fails = turn % 8 === 4 && failures < 3
          failures += Number(fails)
          await test.exit(pod, fails ? 1 : 0)
        }
        turn++
        expect(await test.conditions()).toHaveProperty('Complete')
      })
      expect(failures).toBeGreaterThan(0)
      const { succeeded, failed = 0, active = 0, uncountedTerminatedPods } = (await status()) ?? {}
      expect({ succeeded, failed, active, uncountedTerminatedPods }).toEqual({
        succeeded: 8,
        failed: failures,
        active: 0,
        uncountedTerminatedPods: {},
      })
      const ended = (await test.pods()).map((pod) => pod.status?.phase)
      expect(ended.filter((phase) => phase === 'Succeeded')).toHaveLength(8)
    },
    60_000,
  )

  it('says why pods cannot be made', async () => {
    const spec = {
      restartPolicy: 'Never',
      serviceAccountName: 'nobody',
      containers: [{ name: 'main', image: 'work:1' }],
    }
    await test.create({ template: { spec } })
    await test.run.eventually(async () =>
      expect((await test.run.events()).join('\n')).toContain('Warning FailedCreate Error creating: pods "work-'),
    )
    expect((await status())?.active ?? 0).toBe(0)
  })

  it('refuses nothing that is unknown', async () => {
    await expect(test.client.create(resources.jobs, jobOf({ completionMode: 'Other' }))).rejects.toSatisfy((error) =>
      isApiError(error, 'Invalid'),
    )
  })
})
