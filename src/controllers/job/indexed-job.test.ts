import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type k8s, resources } from '../../api/index.ts'
import { jobOf, JobTest } from '../../../test/harness/job-test.ts'

const INDEX = 'batch.kubernetes.io/job-completion-index'
const FAILURES = 'batch.kubernetes.io/job-index-failure-count'
const IGNORED = 'batch.kubernetes.io/job-index-ignored-failure-count'

describe('an Indexed Job', () => {
  let test: JobTest
  beforeEach(async () => {
    test = await JobTest.open()
  })
  afterEach(() => test[Symbol.asyncDispose]())

  const create = (spec: Partial<k8s.JobSpec>) => test.create({ completionMode: 'Indexed', ...spec })
  const indexes = (pods: k8s.Pod[]) => pods.map(({ metadata }) => Number(metadata.annotations?.[INDEX]))
  const active = (expected: number[]) =>
    test.run.eventually(async () => expect(indexes(await test.active())).toEqual(expected))
  const podAt = async (index: number) => (await test.active()).find((pod) => indexes([pod])[0] === index)
  const exit = async (index: number, code: number, conditions?: k8s.PodCondition[]) =>
    test.exit(await podAt(index), code, conditions)
  const status = async () => (await test.job()).status
  const hasStatus = (expected: object) =>
    test.run.eventually(async () => expect(await status()).toMatchObject(expected))
  const ends = (type: string, reason: string) =>
    test.run.eventually(async () => expect(await test.conditions()).toMatchObject({ [type]: reason }))

  it('tells each pod its index', async () => {
    await create({ completions: 2, parallelism: 2 })
    await active([0, 1])
    const [, second] = await test.active()
    expect(second?.metadata).toMatchObject({
      generateName: 'work-1-',
      name: expect.stringMatching(/^work-1-[a-z0-9]{5}$/),
      labels: { [INDEX]: '1' },
      annotations: { [INDEX]: '1' },
    })
    expect(second?.spec).toMatchObject({
      hostname: 'work-1',
      containers: [
        {
          env: [
            { name: 'JOB_COMPLETION_INDEX', valueFrom: { fieldRef: { fieldPath: `metadata.labels['${INDEX}']` } } },
          ],
        },
      ],
    })
  })

  it('counts an index once, and goes on with the next that is left', async () => {
    await create({ completions: 5, parallelism: 2 })
    await active([0, 1])
    await exit(1, 0)
    await active([0, 2])
    await exit(0, 0)
    await active([2, 3])
    await hasStatus({ completedIndexes: '0,1', succeeded: 2 })
    await exit(2, 0)
    await exit(3, 0)
    await active([4])
    await test.run.restart()
    await exit(4, 0)
    await ends('Complete', 'CompletionsReached')
    expect(await status()).toMatchObject({ completedIndexes: '0-4', succeeded: 5 })
  })

  it('grows and shrinks', async () => {
    await create({ completions: 3, parallelism: 3 })
    await active([0, 1, 2])
    await exit(2, 0)
    await hasStatus({ completedIndexes: '2' })
    await test.patch({ completions: 4, parallelism: 4 })
    await active([0, 1, 3])
    await test.patch({ completions: 1, parallelism: 1 })
    await active([0])
    await hasStatus({ active: 1 })
    expect((await status())?.completedIndexes).toBeUndefined()
    await exit(0, 0)
    await ends('Complete', 'CompletionsReached')
  })

  it('gives up an index after so many failures, and fails when all are settled', async () => {
    await create({ completions: 2, parallelism: 2, backoffLimitPerIndex: 1 })
    await active([0, 1])
    expect((await podAt(0))?.metadata.annotations?.[FAILURES]).toBe('0')
    await exit(1, 0)
    await exit(0, 1)
    await test.run.eventually(async () => expect((await podAt(0))?.metadata.annotations?.[FAILURES]).toBe('1'))
    await exit(0, 1)
    await ends('Failed', 'FailedIndexes')
    expect(await status()).toMatchObject({ completedIndexes: '1', failedIndexes: '0', failed: 2, succeeded: 1 })
    expect(await test.run.events()).toContain('Warning FailedIndexes Job has failed indexes')
  })

  it('fails when more indexes have failed than it bears', async () => {
    await create({ completions: 4, parallelism: 4, backoffLimitPerIndex: 0, maxFailedIndexes: 1 })
    await active([0, 1, 2, 3])
    await exit(1, 1)
    await hasStatus({ failedIndexes: '1' })
    await active([0, 2, 3])
    await exit(3, 1)
    await ends('Failed', 'MaxFailedIndexesExceeded')
    expect(await status()).toMatchObject({ failedIndexes: '1,3' })
  })

  it('makes up for failures that are ignored, and fails an index for good, as its policy says', async () => {
    const rules = [
      { action: 'FailIndex', onExitCodes: { operator: 'In', values: [42] } },
      { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
    ]
    await create({ completions: 2, parallelism: 2, backoffLimitPerIndex: 3, podFailurePolicy: { rules } })
    await active([0, 1])
    await exit(0, 42)
    await hasStatus({ failedIndexes: '0' })
    await exit(1, 137, [{ type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' }])
    await test.run.eventually(async () =>
      expect((await podAt(1))?.metadata.annotations).toMatchObject({ [FAILURES]: '0', [IGNORED]: '1' }),
    )
    await exit(1, 0)
    await ends('Failed', 'FailedIndexes')
    expect(await status()).toMatchObject({ failed: 1, succeeded: 1 })
  })

  it('is a success as soon as its policy says so', async () => {
    const rules = [{ succeededIndexes: '0-2', succeededCount: 2 }]
    await create({ completions: 5, parallelism: 5, successPolicy: { rules } })
    await active([0, 1, 2, 3, 4])
    await exit(4, 0)
    await hasStatus({ completedIndexes: '4' })
    await exit(0, 0)
    await exit(2, 0)
    await ends('SuccessCriteriaMet', 'SuccessPolicy')
    await test.collect()
    await ends('Complete', 'SuccessPolicy')
    const { conditions = [] } = (await status()) ?? {}
    expect(conditions.map(({ message }) => message)).toEqual(Array(2).fill('Matched rules at index 0'))
    expect(await status()).toMatchObject({ succeeded: 3, completedIndexes: '0,2,4' })
    expect((await status())?.failed).toBeUndefined()
  })

  it('removes a second pod of an index, and one without', async () => {
    await create({ completions: 2, parallelism: 2 })
    await active([0, 1])
    const [pod] = await test.active()
    const { name: _, uid: __, resourceVersion: ___, creationTimestamp: ____, ...metadata } = pod!.metadata
    const spec = jobOf().spec.template.spec!
    await test.client.create(resources.pods, { metadata: { ...metadata, name: 'twin' }, spec })
    const { annotations: _____, ...unindexed } = metadata
    await test.client.create(resources.pods, { metadata: { ...unindexed, name: 'lost' }, spec })
    await active([0, 1])
    expect((await test.active()).map(({ metadata: { name } }) => name)).not.toContain('lost')
  })
})

describe('the failure policy of a Job', () => {
  let test: JobTest
  beforeEach(async () => {
    test = await JobTest.open()
  })
  afterEach(() => test[Symbol.asyncDispose]())

  const first = async () => {
    await test.run.eventually(async () => expect((await test.active()).length).toBeGreaterThan(0))
    return (await test.active())[0]!
  }
  const ends = (reason: string) =>
    test.run.eventually(async () => expect(await test.conditions()).toMatchObject({ Failed: reason }))

  it('fails the Job at an exit code, and says which pod, container and rule', async () => {
    const rules = [{ action: 'FailJob', onExitCodes: { containerName: 'main', operator: 'In', values: [3] } }]
    await test.create({ podFailurePolicy: { rules }, parallelism: 2, completions: 2 })
    const pod = await first()
    await test.exit(pod, 3)
    await ends('PodFailurePolicy')
    const message = `Container main for pod default/${pod.metadata.name} failed with exit code 3 matching FailJob rule at index 0`
    expect(await test.run.events()).toContain(`Warning PodFailurePolicy ${message}`)
  })

  it('fails the Job at a condition', async () => {
    const rules = [{ action: 'FailJob', onPodConditions: [{ type: 'ConfigIssue', status: 'True' }] }]
    await test.create({ podFailurePolicy: { rules } })
    const pod = await first()
    await test.exit(pod, 1, [{ type: 'ConfigIssue', status: 'True' }])
    await ends('PodFailurePolicy')
    const message = `Pod default/${pod.metadata.name} has condition ConfigIssue matching FailJob rule at index 0`
    expect(await test.run.events()).toContain(`Warning PodFailurePolicy ${message}`)
  })

  it('does not count what it ignores, and counts what it does not mention', async () => {
    const rules = [{ action: 'Ignore', onExitCodes: { operator: 'NotIn', values: [1] } }]
    await test.create({ podFailurePolicy: { rules }, backoffLimit: 0 })
    await test.exit(await first(), 9)
    await test.exit(await first(), 9)
    const pod = await first()
    expect((await test.job()).status?.failed).toBeUndefined()
    await test.exit(pod, 1)
    await ends('BackoffLimitExceeded')
    expect((await test.job()).status?.failed).toBe(1)
  })
})
