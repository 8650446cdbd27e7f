import { describe, expect, it } from 'vitest'
import type { k8s } from '../../api/index.ts'
import { msUntilNextJudgement } from './health.ts'
import { podFailure } from './pod-failure.ts'

const nowMs = Date.parse('2026-01-01T00:10:00Z')
const ago = (seconds: number) => new Date(nowMs - seconds * 1000).toISOString()

function podOf(
  state: k8s.ContainerState,
  options: Partial<k8s.ContainerStatus> & { isReady?: boolean; image?: string; first?: k8s.ContainerState } = {},
): k8s.Pod {
  const { isReady = false, image = 'hello:2', first, ...status } = options
  const statusOf = (name: string) => ({ name, image, imageID: '', ready: isReady, restartCount: 0 })
  return {
    metadata: { name: 'hello-1', namespace: 'default' },
    spec: { containers: [{ name: 'app', image }] },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }],
      ...(first && { initContainerStatuses: [{ ...statusOf('first'), state: first }] }),
      containerStatuses: [{ ...statusOf('app'), state, ...status }],
    },
  }
}
const running = (seconds: number) => ({ running: { startedAt: ago(seconds) } })

describe('why a pod does not answer', () => {
  const failureOf = (pod: k8s.Pod) => podFailure(pod, { port: 8080, nowMs })
  it.each([
    { why: 'it is ready', pod: podOf(running(1), { isReady: true }), expected: undefined },
    { why: 'it has just started', pod: podOf(running(1)), expected: undefined },
    {
      why: 'it does not listen',
      pod: podOf(running(10)),
      expected: { reason: 'NotListening', isFatal: false, message: expect.stringMatching(/port 8080.*PORT/) },
    },
    { why: 'it never will', pod: podOf(running(61)), expected: { reason: 'NotListening', isFatal: true } },
    {
      why: 'it crashes',
      pod: podOf(
        { waiting: { reason: 'CrashLoopBackOff' } },
        { restartCount: 2, lastState: { terminated: { exitCode: 7 } } },
      ),
      expected: { reason: 'CrashLoopBackOff', isFatal: true, message: 'the app exited with code 7, 2 restarts so far' },
    },
    {
      why: 'it has been started again after crashing',
      pod: podOf(running(1), { restartCount: 2, lastState: { terminated: { exitCode: 7 } } }),
      expected: { reason: 'CrashLoopBackOff', isFatal: true },
    },
    {
      why: 'it crashed once and gets another try',
      pod: podOf({ terminated: { exitCode: 1 } }),
      expected: { isFatal: false, message: 'the app exited with code 1' },
    },
    {
      why: 'it uses too much memory',
      pod: podOf({ terminated: { exitCode: 137, reason: 'OOMKilled' } }, { restartCount: 1 }),
      expected: { reason: 'OOMKilled', isFatal: true },
    },
    {
      why: 'its image cannot be had',
      pod: podOf({ waiting: { reason: 'ImagePullBackOff', message: 'not found' } }),
      expected: { reason: 'ImagePullBackOff', isFatal: true, message: 'the image cannot be pulled: not found' },
    },
    {
      why: 'its image is tried for the first time',
      pod: podOf({ waiting: { reason: 'ErrImagePull' } }),
      expected: { isFatal: false },
    },
    {
      why: 'what begins before it crashes',
      pod: podOf(
        { waiting: { reason: 'PodInitializing' } },
        { first: { waiting: { reason: 'CrashLoopBackOff' }, terminated: { exitCode: 3 } } },
      ),
      expected: { isFatal: true, message: expect.stringContaining('3') as string },
    },
    {
      why: 'what begins before it has ended well',
      pod: podOf({ waiting: { reason: 'PodInitializing' } }, { first: { terminated: { exitCode: 0 } } }),
      expected: undefined,
    },
    { why: 'it is being made', pod: podOf({ waiting: { reason: 'ContainerCreating' } }), expected: undefined },
    {
      why: 'no node takes it',
      pod: {
        ...podOf({}),
        status: {
          phase: 'Pending',
          conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/1 nodes' }],
        },
      },
      expected: { reason: 'Unschedulable', isFatal: false, message: 'no node takes the pod: 0/1 nodes' },
    },
  ])('$why', ({ pod, expected }) => {
    if (expected === undefined) expect(failureOf(pod)).toBeUndefined()
    else expect(failureOf(pod)).toMatchObject(expected)
  })
})

it('asks for another look when time alone may change the verdict', () => {
  const wait = (seconds: number) => msUntilNextJudgement({ pods: [podOf(running(seconds))], nowMs })
  expect(wait(1)).toBe(2000)
  expect(wait(10)).toBe(50_000)
  expect(wait(100)).toBeUndefined()
})
