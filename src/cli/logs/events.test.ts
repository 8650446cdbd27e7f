import { describe, expect, it } from 'vitest'
import type { k8s, Release } from '../../api/index.ts'
import { openTranslate } from '../messages/translate.ts'
import { podEvents, releaseEvents, warning } from './events.ts'

const t = openTranslate('en')
const at = (minute: number) => `2026-01-01T00:0${minute}:00Z`
const texts = (events: readonly { text: string }[]) => events.map(({ text }) => text)

const podOf = (status: Partial<k8s.ContainerStatus>, more: Partial<k8s.ObjectMeta> = {}): k8s.Pod => ({
  metadata: { name: 'shop-v2-7d9f-x2x4k', uid: 'p1', labels: { 'apps.naru.dev/process': 'web' }, ...more },
  spec: { containers: [{ name: 'app', image: 'i', resources: { limits: { memory: '64Mi' } } }] },
  status: {
    containerStatuses: [{ name: 'app', ready: false, restartCount: 0, image: 'i', imageID: '', ...status }],
  },
})

describe('what is told of a release', () => {
  const releaseOf = (conditions: [type: string, status: string, message: string][], description?: string): Release => ({
    metadata: { name: 'shop-v2', uid: 'r2', creationTimestamp: at(1) },
    spec: { app: 'shop', number: 2, image: 'i', description },
    status: {
      conditions: conditions.map(([type, status, message], index) => ({
        type,
        status,
        message,
        reason: 'Why',
        lastTransitionTime: at(index + 2),
      })),
    },
  })

  it.each<[string, Release, string[]]>([
    ['that it was deployed', releaseOf([], 'prices\nin won'), ['v2 is deployed: prices in won']],
    ['that it is on its way is not', releaseOf([['Ready', 'Unknown', 'starting']]), ['v2 is deployed']],
    [
      'that its step is done, and that it is up',
      releaseOf([
        ['StepSucceeded', 'True', ''],
        ['Ready', 'True', ''],
      ]),
      ['v2 is deployed', 'the release step of v2 is done', 'v2 is up'],
    ],
    [
      'that it failed and was withdrawn, and why',
      releaseOf([
        ['Ready', 'False', 'web crashes'],
        ['Withdrawn', 'True', 'web crashes'],
      ]),
      ['v2 is deployed', 'v2 failed: web crashes', 'v2 is withdrawn: web crashes'],
    ],
  ])('%s', (_, release, expected) => expect(texts(releaseEvents(t, release))).toEqual(expected))

  it('once, until it is so again', () => {
    const keys = (release: Release) => releaseEvents(t, release).map(({ key }) => key)
    const up = releaseOf([['Ready', 'True', '']])
    expect(keys(up)).toEqual(keys(structuredClone(up)))
    expect(keys(up)).not.toEqual(
      keys(
        releaseOf([
          ['Other', 'True', ''],
          ['Ready', 'True', ''],
        ]),
      ),
    )
  })
})

describe('what is told of a pod', () => {
  const oom = { exitCode: 137, reason: 'OOMKilled', finishedAt: at(3), containerID: 'c1' }
  it('that its process was killed for want of memory, and started anew', () => {
    const events = podEvents(
      t,
      podOf({ restartCount: 1, lastState: { terminated: oom }, state: { running: { startedAt: at(4) } } }),
    )
    expect(events).toMatchObject([
      { time: at(3), reason: 'OOMKilled', tone: 'bad', process: 'web', pod: 'shop-v2-7d9f-x2x4k' },
      { time: at(4), reason: 'Restarted', tone: 'neutral' },
    ])
    expect(texts(events)).toEqual([
      'web.x2x4k was killed: it used more memory than its limit of 64Mi',
      'web.x2x4k is restarted (restarts: 1)',
    ])
  })

  it('each end once, though it is first its state and then its last one', () => {
    const [now] = podEvents(t, podOf({ state: { terminated: oom } }))
    const [later] = podEvents(
      t,
      podOf({ state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: oom } }),
    )
    expect(now?.key).toBe(later?.key)
  })

  it.each<[string, k8s.Pod, string[]]>([
    ['its exit code', podOf({ state: { terminated: { exitCode: 3 } } }), ['web.x2x4k ended with exit code 3']],
    [
      'its signal',
      podOf({ state: { terminated: { exitCode: 139, signal: 11 } } }),
      ['web.x2x4k was ended by signal 11'],
    ],
    ['nothing, when its work is done', podOf({ state: { terminated: { exitCode: 0 } } }), []],
    [
      'nothing, when it was asked to end',
      podOf({ state: { terminated: { exitCode: 143 } } }, { deletionTimestamp: at(5) }),
      [],
    ],
  ])('%s', (_, pod, expected) => expect(texts(podEvents(t, pod))).toEqual(expected))
})

describe('what the cluster warns of', () => {
  const event = (count: number, type = 'Warning'): k8s.Event => ({
    metadata: { name: 'e', uid: 'e1' },
    involvedObject: { kind: 'Pod', name: 'shop-v2-7d9f-x2x4k' },
    type,
    count,
    reason: 'Unhealthy',
    message: 'Readiness probe failed:\n\u001B[31mHTTP 500',
    lastTimestamp: at(2),
  })

  it('is told on one line, which cannot drive the terminal', () => {
    expect(warning(t, podOf({}), event(5))).toMatchObject([
      { reason: 'Unhealthy', time: at(2), text: 'web.x2x4k: Readiness probe failed: HTTP 500 (5 times)' },
    ])
    expect(warning(t, podOf({}), event(1, 'Normal'))).toEqual([])
  })

  it('is told ever less often while it goes on', () => {
    const keys = Array.from({ length: 64 }, (_, index) => warning(t, podOf({}), event(index + 1))[0]?.key)
    expect(new Set(keys).size).toBe(7)
  })
})
