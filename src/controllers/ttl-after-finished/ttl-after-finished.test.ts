import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isApiError, type k8s, resources } from '../../api/index.ts'
import { toKubernetesTime } from '../../lib/index.ts'
import { jobOf, REF } from '../../../test/harness/job-test.ts'
import { ControllerRun } from '../../../test/harness/controller-run.ts'
import { runTtlAfterFinishedController } from './run.ts'

const { jobs } = resources

describe('a Job that has ended', () => {
  let run: ControllerRun
  beforeEach(async () => {
    run = await ControllerRun.open({ run: runTtlAfterFinishedController, account: 'ttl-after-finished-controller' })
  })
  afterEach(() => run[Symbol.asyncDispose]())

  async function fail(spec: Partial<k8s.JobSpec>): Promise<void> {
    const job = await run.client.create(jobs, jobOf(spec))
    const now = toKubernetesTime(run.clock.now())
    const conditions = ['FailureTarget', 'Failed'].map((type) => ({ type, status: 'True', lastTransitionTime: now }))
    await run.client.updateStatus(jobs, { ...job, status: { startTime: now, conditions } })
    await run.pass(0)
  }
  const job = async () => {
    try {
      return await run.client.get(jobs, REF)
    } catch (error) {
      if (isApiError(error, 'NotFound')) return undefined
      throw error
    }
  }

  it('goes when its time is over, after its pods', async () => {
    await fail({ ttlSecondsAfterFinished: 60 })
    await run.pass(59_000)
    expect((await job())?.metadata.deletionTimestamp).toBeUndefined()
    await run.pass(1000)
    expect((await job())?.metadata).toMatchObject({
      deletionTimestamp: expect.any(String),
      finalizers: ['foregroundDeletion'],
    })
  })

  it('stays without such a time, and longer when that is put off', async () => {
    await fail({})
    await run.pass(86_400_000)
    await run.client.patch(jobs, REF, { spec: { ttlSecondsAfterFinished: 86_460 } })
    await run.pass(59_000)
    await run.client.patch(jobs, REF, { spec: { ttlSecondsAfterFinished: 86_520 } })
    await run.pass(59_000)
    expect((await job())?.metadata.deletionTimestamp).toBeUndefined()
    await run.pass(2000)
    expect((await job())?.metadata.deletionTimestamp).toBeDefined()
  })

  it('goes at once where that has been over since', async () => {
    await run.stop()
    await fail({ ttlSecondsAfterFinished: 10 })
    await run.pass(20_000)
    run.start()
    await run.pass(0)
    expect((await job())?.metadata.deletionTimestamp).toBeDefined()
  })
})
