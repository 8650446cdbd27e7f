import { describe, expect, test } from 'vitest'
import { cronjobs, daemonsets, jobs, statefulsets } from '../../generated/resources.ts'
import { problemsOf, withChanges } from '../testing/problems.ts'
import { countIndexes } from './job-indexes.ts'

const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } }
const labels = { a: 'b' }
const own = { manualSelector: true, selector: { matchLabels: labels }, template: { ...template, metadata: { labels } } }
const indexed = { spec: { completionMode: 'Indexed', completions: 3, backoffLimitPerIndex: 1, ...own } }
const failing = (rule: object) => ({ 'spec.podFailurePolicy': { rules: [rule] } })
const rule = 'spec.podFailurePolicy.rules[0]'

describe('jobs', () => {
  test.each<[string, Record<string, unknown>, string[]]>([
    ['nothing', {}, []],
    [
      'indexes of what has none',
      { 'spec.completionMode': 'NonIndexed' },
      ['spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode'],
    ],
    [
      'more failures than there are',
      { 'spec.maxFailedIndexes': 4 },
      ['spec.maxFailedIndexes: Invalid value: 4: must be less than or equal to completions'],
    ],
    ['a failure policy', failing({ action: 'FailJob', onExitCodes: { operator: 'In', values: [1, 42] } }), []],
    [
      'the action',
      failing({ action: 'Retry', onPodConditions: [{ type: 'Ready', status: 'True' }] }),
      [`${rule}.action: Unsupported value: "Retry": supported values: "Count", "FailIndex", "FailJob", "Ignore"`],
    ],
    [
      'a rule about nothing',
      failing({ action: 'Ignore' }),
      [`${rule}: Invalid value: specifying one of OnExitCodes and OnPodConditions is required`],
    ],
    [
      'exit codes',
      failing({ action: 'Count', onExitCodes: { operator: 'In', containerName: 'd', values: [3, 0, 3] } }),
      [
        `${rule}.onExitCodes.containerName: Invalid value: "d": must be one of the container or initContainer names in the pod template`,
        `${rule}.onExitCodes.values[1]: Invalid value: 0: must not be 0 for the In operator`,
        `${rule}.onExitCodes.values[2]: Duplicate value: 3`,
        `${rule}.onExitCodes.values: Invalid value: [3,0,3]: must be ordered`,
      ],
    ],
    [
      'restarts beside a failure policy',
      {
        ...failing({ action: 'FailJob', onExitCodes: { operator: 'In', values: [1] } }),
        'spec.template.spec.restartPolicy': 'OnFailure',
      },
      [
        'spec.template.spec.restartPolicy: Invalid value: "OnFailure": only "Never" is supported when podFailurePolicy is specified',
      ],
    ],
    ['a success policy', { 'spec.successPolicy': { rules: [{ succeededIndexes: '0,2', succeededCount: 2 }] } }, []],
    [
      'successes',
      { 'spec.successPolicy': { rules: [{}, { succeededIndexes: '0-3' }, { succeededCount: 4 }] } },
      [
        'spec.successPolicy.rules[0]: Required value: at least one of succeededCount or succeededIndexes must be specified',
        'spec.successPolicy.rules[1].succeededIndexes: Invalid value: "0-3": error parsing succeededIndexes: too large index: "3"',
        'spec.successPolicy.rules[2].succeededCount: Invalid value: 4: must be less than or equal to 3 (the number of specified completions)',
      ],
    ],
  ])('wrong: %s', (_what, changes, expected) => {
    expect(problemsOf(jobs, withChanges(indexed, changes))).toEqual(expected)
  })

  test.each<[string, number | string]>([
    ['', 0],
    ['1,3-5,7', 5],
    ['3,1', 'non-increasing order, previous: 3, current: 1'],
    ['5-3', 'non-increasing order, previous: 5, current: 3'],
    ['a', 'cannot convert string to integer for index: "a"'],
    ['10', 'too large index: "10"'],
  ])('of the indexes %j below 10 there are %j', (text, expected) => {
    expect(countIndexes(text, 10)).toBe(expected)
  })
})

describe('cron jobs', () => {
  const cron = { spec: { schedule: '0 * * * *', timeZone: 'Europe/Paris', jobTemplate: { spec: { template } } } }
  test.each<[string, Record<string, unknown>, string[]]>([
    ['nothing', {}, []],
    [
      'the zone',
      { 'spec.timeZone': 'Mars/Base' },
      ['spec.timeZone: Invalid value: "Mars/Base": unknown time zone Mars/Base'],
    ],
    [
      'no zone',
      { 'spec.timeZone': '' },
      ['spec.timeZone: Invalid value: "": timeZone must be nil or non-empty string'],
    ],
    [
      'the zone of here',
      { 'spec.timeZone': 'Local' },
      [
        'spec.timeZone: Invalid value: "Local": timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones',
      ],
    ],
  ])('wrong: %s', (_what, changes, expected) => {
    expect(problemsOf(cronjobs, withChanges(cron, changes))).toEqual(expected)
  })
})

test('daemon sets replace pods before or after, not both', () => {
  const labels = { a: 'b' }
  const pods = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } }
  const set = { spec: { selector: { matchLabels: labels }, template: pods, updateStrategy: { type: 'RollingUpdate' } } }
  const path = 'spec.updateStrategy.rollingUpdate'
  const rolling = (maxUnavailable: unknown, maxSurge: unknown) =>
    problemsOf(daemonsets, withChanges(set, { [path]: { maxUnavailable, maxSurge } }))
  expect(rolling(1, 0)).toEqual([])
  expect(rolling(1, 1)).toEqual([`${path}.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero`])
  expect(rolling(0, 0)).toEqual([`${path}.maxUnavailable: Required value: cannot be 0 when maxSurge is 0`])
})

test('stateful sets say what becomes of claims', () => {
  const labels = { a: 'b' }
  const pods = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } }
  const spec = {
    selector: { matchLabels: labels },
    template: pods,
    ordinals: { start: -1 },
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Keep', whenScaled: 'Delete' },
  }
  expect(problemsOf(statefulsets, { spec })).toEqual([
    'spec.persistentVolumeClaimRetentionPolicy.whenDeleted: Unsupported value: "Keep": supported values: "Retain", "Delete"',
    'spec.ordinals.start: Invalid value: -1: must be greater than or equal to 0',
  ])
})
