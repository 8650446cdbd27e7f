import { describe, expect, it } from 'vitest'
import type { App, AppProcess, k8s, Release } from '../../api/index.ts'
import { memoryLimit, podState } from './pod-state.ts'
import { releaseNumber, releaseOf as releaseOfNumber, releaseState } from './releases.ts'
import { previousRelease, rolledBackSpec } from './rolled-back.ts'
import { parseSizes, scaledProcesses } from './scale.ts'
import { isDefault, parseTraffic } from './traffic.ts'

const appOf = (spec: Partial<App['spec']> = {}, status: App['status'] = {}): App => ({
  metadata: { name: 'shop', namespace: 'default' },
  spec: { image: 'now', ...spec },
  status,
})
const condition = (type: string, status: string) => ({ type, status, reason: '', message: '', lastTransitionTime: '' })
const releaseOf = (
  number: number,
  conditions = [condition('Ready', 'True')],
  spec: Partial<Release['spec']> = {},
): Release => ({
  metadata: { name: `shop-v${number}` },
  spec: { app: 'shop', number, image: `image-${number}`, ...spec },
  status: { conditions },
})

describe('the number of a release', () => {
  it.each([
    ['v12', 12],
    ['12', 12],
    ['v0', undefined],
    ['shop', undefined],
    ['v1.2', undefined],
    [undefined, undefined],
  ])('of %s is %s', (text, number) => expect(releaseNumber(text)).toBe(number))
})

it('a release that there is not is told with those that there are, or that there is none', () => {
  expect(() => releaseOfNumber(appOf(), [releaseOf(2), releaseOf(1)], 3)).toThrow(
    expect.objectContaining({
      code: 'releaseUnknown',
      parameters: { name: 'shop', release: 'v3', known: 'v2, v1' },
    }),
  )
  expect(() => releaseOfNumber(appOf(), [], 3)).toThrow(expect.objectContaining({ code: 'noRelease' }))
})

describe('the state of a release', () => {
  const serving = appOf({}, { traffic: [{ release: 'shop-v2', number: 2, percent: 100 }] })
  it.each([
    ['serving', releaseOf(2)],
    ['ready', releaseOf(1)],
    ['failed', releaseOf(3, [condition('Ready', 'False')])],
    ['failed', releaseOf(3, [condition('StepSucceeded', 'False')])],
    ['withdrawn', releaseOf(3, [condition('Ready', 'False'), condition('Withdrawn', 'True')])],
    ['starting', releaseOf(3, [condition('Ready', 'Unknown')])],
    ['starting', releaseOf(3, [])],
  ] as const)('is %s', (state, release) => expect(releaseState(serving, release)).toBe(state))
})

describe('going back', () => {
  const failed = [condition('Ready', 'False')]
  it('is to the newest one before that was up', () => {
    const list = [releaseOf(4), releaseOf(3, failed), releaseOf(2), releaseOf(1)]
    expect(previousRelease(appOf({}, { latestRelease: 'shop-v4' }), list)?.spec.number).toBe(2)
    expect(previousRelease(appOf({}, { latestRelease: 'shop-v2' }), list)?.spec.number).toBe(1)
    expect(previousRelease(appOf({}, { latestRelease: 'shop-v1' }), list)).toBeUndefined()
  })
  it('brings all that the release was made of, and keeps how many there are', () => {
    const app = appOf({
      env: [{ name: 'NEW', value: '1' }],
      processes: [{ name: 'web', command: ['new'], replicas: 3 }, { name: 'added' }],
    })
    const release = releaseOf(2, [], { configuration: 'shop-env-1', processes: [{ name: 'web', command: ['old'] }] })
    expect(rolledBackSpec(app, release, 'now')).toEqual({
      image: 'image-2',
      description: null,
      port: null,
      env: null,
      configuration: 'shop-env-1',
      configurationVariables: null,
      servicePorts: null,
      bindings: null,
      processes: [{ name: 'web', command: ['old'], replicas: 3 }],
      releaseStep: null,
      deployedAt: 'now',
      traffic: null,
    })
    expect(rolledBackSpec(appOf(), releaseOf(1), 'now').processes).toBeNull()
  })
})

describe('traffic', () => {
  it.each([
    [
      ['v12=90', 'v13=10'],
      [
        { release: 12, percent: 90 },
        { release: 13, percent: 10 },
      ],
    ],
    [
      ['12=90%', 'latest=10'],
      [{ release: 12, percent: 90 }, { percent: 10 }],
    ],
    [
      ['v12=100', 'v13=0:next'],
      [
        { release: 12, percent: 100 },
        { release: 13, percent: 0, tag: 'next' },
      ],
    ],
  ])('%j', (words, targets) => expect(parseTraffic(words)).toEqual(targets))
  it.each([
    [['v12=90'], 'trafficSum'],
    [['v12'], 'badOptionValue'],
    [['newest=100'], 'badOptionValue'],
    [['v12=100:'], 'badOptionValue'],
  ])('%j is refused', (words, code) => expect(() => parseTraffic(words)).toThrow(code))
  it('to the newest alone is the default', () => {
    expect(isDefault(parseTraffic(['latest=100']))).toBe(true)
    expect(isDefault(parseTraffic(['v1=100']))).toBe(false)
    expect(isDefault(parseTraffic(['latest=100:next']))).toBe(false)
  })
})

describe('sizes', () => {
  const scale = (processes: AppProcess[] | undefined, words: string[], cpu?: number) =>
    scaledProcesses(appOf(processes && { processes }), parseSizes(words), cpu)
  it('are counts, for those that are named', () => {
    expect(scale(undefined, ['web=3'])).toEqual([{ name: 'web', replicas: 3 }])
    const two = [
      { name: 'web', autoscaling: { maxReplicas: 3 } },
      { name: 'worker', replicas: 2 },
    ]
    expect(scale(two, ['web=1'])).toEqual([
      { name: 'web', replicas: 1 },
      { name: 'worker', replicas: 2 },
    ])
  })
  it('are ranges, of what is asked for', () => {
    expect(scale(undefined, ['web=2..5'], 70)).toEqual([
      {
        name: 'web',
        autoscaling: { minReplicas: 2, maxReplicas: 5, targetCpuPercent: 70 },
        resources: { requests: { cpu: '100m' } },
      },
    ])
    const resources = { limits: { cpu: '1' } }
    expect(scale([{ name: 'web', resources }], ['web=1..2'])[0]?.resources).toEqual(resources)
  })
  it.each([
    ['web', 'badOptionValue'],
    ['web=x', 'badOptionValue'],
    ['web=5..2', 'badOptionValue'],
    ['web=0..2', 'badOptionValue'],
    ['gone=1', 'processUnknown'],
  ])('%s is refused', (word, code) => expect(() => scale(undefined, [word])).toThrow(code))
  it('are not for what runs by the clock', () =>
    expect(() => scale([{ name: 'clean', schedule: '@daily' }], ['clean=2'])).toThrow(
      expect.objectContaining({ code: 'processUnknownNone' }),
    ))
})

describe('a pod in one word', () => {
  const podOf = (status: k8s.PodStatus, more: Partial<k8s.Pod['metadata']> = {}): k8s.Pod => ({
    metadata: { name: 'p', ...more },
    spec: { containers: [] },
    status,
  })
  const container = (more: Partial<k8s.ContainerStatus>) => [
    { name: 'app', image: '', imageID: '', ready: false, restartCount: 0, ...more },
  ]
  const ready = [{ type: 'Ready', status: 'True' }]
  it.each([
    [podOf({ phase: 'Running', conditions: ready }), { word: 'Running', isUp: true }],
    [podOf({ phase: 'Running' }), { word: 'Starting', isUp: false }],
    [podOf({}), { word: 'Pending', isUp: false }],
    [podOf({}, { deletionTimestamp: 'now' }), { word: 'Terminating' }],
    [
      podOf({
        phase: 'Running',
        containerStatuses: container({
          restartCount: 4,
          state: { waiting: { reason: 'CrashLoopBackOff' } },
          lastState: { terminated: { exitCode: 7 } },
        }),
      }),
      { word: 'CrashLoopBackOff', restarts: 4, lastEnd: 'exit 7' },
    ],
    [
      podOf({
        phase: 'Running',
        conditions: ready,
        containerStatuses: container({ lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }),
      }),
      { word: 'Running', lastEnd: 'OOMKilled' },
    ],
    [
      podOf({
        phase: 'Succeeded',
        containerStatuses: container({ state: { terminated: { exitCode: 0, reason: 'Completed' } } }),
      }),
      { word: 'Completed' },
    ],
  ])('%#', (pod, expected) => expect(podState(pod)).toMatchObject(expected))
  it('has a memory limit when all its containers have one', () => {
    const pod = (...limits: (number | undefined)[]): k8s.Pod => ({
      metadata: { name: 'p' },
      spec: {
        containers: limits.map((memory, at) => ({
          name: `c${at}`,
          ...(memory !== undefined && { resources: { limits: { memory: String(memory) } } }),
        })),
      },
    })
    expect(memoryLimit(pod(1, 2), Number)).toBe(3)
    expect(memoryLimit(pod(1, undefined), Number)).toBeUndefined()
  })
})
