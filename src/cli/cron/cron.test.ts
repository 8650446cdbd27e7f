import { describe, expect, it } from 'vitest'
import type { App, AppProcess, k8s } from '../../api/index.ts'
import { CliError } from '../errors.ts'
import { jobNow } from './run-now.ts'
import { nextRun, runsByProcess } from './runs.ts'
import { checkScheduleName, commandOf, scheduledOf, withoutSchedule, withSchedule } from './scheduled-process.ts'

const appOf = (processes?: AppProcess[]): App => ({
  metadata: { name: 'shop', namespace: 'default' },
  spec: { image: 'it', ...(processes && { processes }) },
})
const nightly = { name: 'nightly', schedule: '0 3 * * *', command: ['tidy'] }
function codeOf(work: () => unknown): string | undefined {
  try {
    work()
  } catch (error) {
    if (error instanceof CliError) return error.code
    throw error
  }
  return undefined
}

describe('what runs by the clock', () => {
  it('is added beside the web that an app has without saying so', () => {
    expect(withSchedule(appOf(), nightly)).toEqual([{ name: 'web' }, nightly])
  })
  it('takes the place of what had its name', () => {
    const app = appOf([{ name: 'web' }, { ...nightly, timeZone: 'Asia/Seoul' }, { name: 'worker' }])
    const news = { ...nightly, schedule: '@daily', command: ['node', 'tidy.js'] }
    expect(withSchedule(app, news)).toEqual([{ name: 'web' }, news, { name: 'worker' }])
  })
  it('can be a process that ran all the time, with its command and without what only such have', () => {
    const resources = { limits: { memory: '1Gi' } }
    const app = appOf([{ name: 'nightly', command: ['a'], args: ['b'], replicas: 2, livenessProbe: {}, resources }])
    expect(withSchedule(app, { ...nightly, command: [], timeZone: 'Asia/Seoul' })).toEqual([
      { name: 'nightly', command: ['a'], args: ['b'], resources, schedule: '0 3 * * *', timeZone: 'Asia/Seoul' },
    ])
    expect(withSchedule(app, nightly)[0]).toEqual({ ...nightly, resources })
  })
  it('needs a command of somewhere', () => {
    expect(codeOf(() => withSchedule(appOf(), { ...nightly, command: [] }))).toBe('missingArgument')
  })
  it.each(['web', 'release', 'run', 'Nightly', '', 'a-', 'x'.repeat(20)])('cannot be called "%s"', (name) =>
    expect(codeOf(() => checkScheduleName(name))).toBe('badOptionValue'),
  )
  it('is taken away by its name, and is not all that there is', () => {
    const app = appOf([{ name: 'web' }, nightly])
    expect(scheduledOf(app)).toEqual([nightly])
    expect(withoutSchedule(app, 'nightly')).toEqual([{ name: 'web' }])
    expect(codeOf(() => withoutSchedule(app, 'web'))).toBe('cronUnknown')
    expect(codeOf(() => withoutSchedule(appOf([nightly]), 'nightly'))).toBe('cronLast')
  })
  it.each([
    [
      ['npm', 'run', 'tidy'],
      ['npm', 'run', 'tidy'],
    ],
    [['npm run tidy && ls'], ['/bin/sh', '-c', 'npm run tidy && ls']],
    [['tidy'], ['tidy']],
    [[], []],
  ])('its command of %j is %j', (words, command) => expect(commandOf(words)).toEqual(command))
})

describe('its next run', () => {
  const nowMs = Date.parse('2026-01-05T00:00:00Z')
  it.each([
    ['0 3 * * *', undefined, '2026-01-05T03:00:00.000Z'],
    ['0 3 * * *', 'Asia/Seoul', '2026-01-05T18:00:00.000Z'],
    ['0 0 30 2 *', undefined, undefined],
    ['nonsense', undefined, undefined],
  ])('of %s (%s) is %s', (schedule, timeZone, at) => {
    expect(nextRun({ name: 'nightly', schedule, timeZone }, nowMs)).toBe(at && Date.parse(at))
  })
})

describe('its runs', () => {
  const jobOf = (name: string, minute: number, status: Partial<k8s.JobStatus> = {}, kind = 'CronJob'): k8s.Job => ({
    metadata: {
      name,
      uid: `uid-${name}`,
      labels: { 'apps.naru.dev/process': 'nightly' },
      ownerReferences: [{ apiVersion: 'batch/v1', kind, name: 'shop-nightly', uid: 'u' }],
    },
    spec: { template: {} },
    status: { startTime: `2026-01-05T00:0${minute}:00Z`, ...status },
  })
  const ended = (type: string, reason: string) => ({
    conditions: [{ type, status: 'True', reason, lastTransitionTime: '2026-01-05T00:09:00Z' }],
  })
  const podOf = (job: string, exitCode: number, reason: string): k8s.Pod => ({
    metadata: { name: job, ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: job, uid: `uid-${job}` }] },
    spec: { containers: [] },
    status: {
      containerStatuses: [
        {
          name: 'app',
          image: '',
          imageID: '',
          ready: false,
          restartCount: 0,
          state: { terminated: { exitCode, reason } },
        },
      ],
    },
  })

  it('are told by how their Jobs and pods ended, the newest first', () => {
    const jobs = [
      jobOf('good', 1, { ...ended('Complete', 'CompletionsReached'), completionTime: '2026-01-05T00:02:00Z' }),
      jobOf('now', 5),
      jobOf('bad', 2, ended('Failed', 'BackoffLimitExceeded')),
      jobOf('large', 3, ended('Failed', 'BackoffLimitExceeded')),
      jobOf('step', 4, {}, 'Release'),
    ]
    const pods = [podOf('good', 0, 'Completed'), podOf('bad', 3, 'Error'), podOf('large', 137, 'OOMKilled')]
    const runs = runsByProcess(jobs, pods).get('nightly')
    expect(runs?.map(({ job, state, exitCode, reason }) => [job, state, exitCode, reason])).toEqual([
      ['now', 'running', undefined, undefined],
      ['large', 'failed', 137, 'OOMKilled'],
      ['bad', 'failed', 3, 'BackoffLimitExceeded'],
      ['good', 'succeeded', 0, undefined],
    ])
    expect(runs?.map(({ endedAt }) => endedAt?.slice(11, 16))).toEqual([undefined, '00:09', '00:09', '00:02'])
  })

  it('out of turn are Jobs of the same CronJob', () => {
    const cronJob = {
      metadata: { name: 'shop-nightly', namespace: 'default', uid: 'u' },
      spec: { schedule: '@daily', jobTemplate: { metadata: { name: '', labels: { a: 'b' } }, spec: { template: {} } } },
    }
    expect(jobNow(cronJob, 'x1')).toEqual({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        name: 'shop-nightly-x1',
        namespace: 'default',
        labels: { a: 'b' },
        annotations: { 'cronjob.kubernetes.io/instantiate': 'manual' },
        ownerReferences: [
          { apiVersion: 'batch/v1', kind: 'CronJob', name: 'shop-nightly', uid: 'u', controller: true },
        ],
      },
      spec: { template: {} },
    })
  })
})
