import { describe, expect, it } from 'vitest'
import type { App, k8s } from '../../api/index.ts'
import { diagnose } from './diagnose.ts'
import type { RolloutSnapshot } from './snapshot.ts'

const NOW = Date.parse('2026-01-01T00:01:00Z')
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString()
const NEW = 'registry.naru.localhost/default/shop@sha256:new'
const release = (number: number) => ({ 'apps.naru.dev/release': String(number) })

const condition = (type: string, status: string, reason = 'Because', message = '') => ({
  type,
  status,
  reason,
  message,
  lastTransitionTime: ago(30),
})

function app(status: Partial<App['status']> = {}, generation = 2): App {
  return {
    metadata: { name: 'shop', namespace: 'default', uid: 'app', generation },
    spec: { image: NEW, port: 3000 },
    status: {
      observedGeneration: generation,
      conditions: [condition('Ready', 'False'), condition('Progressing', 'True')],
      url: 'http://shop.localhost',
      latestRelease: 'shop-v2',
      ...status,
    },
  }
}

function deployment(number = 2): k8s.Deployment {
  return {
    metadata: { name: `shop-v${number}`, namespace: 'default', uid: 'd', generation: 2, labels: release(number) },
    spec: {
      replicas: 1,
      selector: {},
      template: {
        metadata: { name: '' },
        spec: { containers: [{ name: 'app', image: NEW, ports: [{ containerPort: 3000 }] }] },
      },
    },
    status: { observedGeneration: 2 },
  }
}

function replicaSet(number: number, conditions: k8s.ReplicaSetCondition[] = []): k8s.ReplicaSet {
  return {
    metadata: { name: `shop-v${number}-1`, namespace: 'default', labels: release(number) },
    spec: { selector: {} },
    status: { replicas: 1, conditions },
  }
}

function pod(status: Partial<k8s.PodStatus>, number = 2, more: Partial<k8s.Pod> = {}): k8s.Pod {
  return {
    metadata: {
      name: `shop-v${number}-1`,
      namespace: 'default',
      uid: 'p',
      creationTimestamp: ago(30),
      labels: release(number),
    },
    spec: { nodeName: 'here', containers: [{ name: 'app', image: NEW, resources: { limits: { memory: '96Mi' } } }] },
    status: { startTime: ago(30), ...status },
    ...more,
  }
}

const container = (state: k8s.ContainerState, more: Partial<k8s.ContainerStatus> = {}): Partial<k8s.PodStatus> => ({
  containerStatuses: [
    {
      name: 'app',
      image: NEW,
      imageID: '',
      ready: false,
      restartCount: 0,
      containerID: 'containerd://abc',
      state,
      ...more,
    },
  ],
})
const running = { running: { startedAt: ago(5) } }
const ended = (exitCode: number, more: Partial<k8s.ContainerStateTerminated> = {}) => ({
  terminated: { exitCode, reason: 'Error', ...more },
})

function snapshot(more: Partial<RolloutSnapshot>): RolloutSnapshot {
  return {
    generation: 2,
    app: app(),
    deployments: [deployment(1), deployment(2)],
    replicaSets: [replicaSet(1), replicaSet(2)],
    pods: [],
    events: [],
    nowMs: NOW,
    phaseSinceMs: NOW - 5000,
    patienceMs: 60_000,
    ...more,
  }
}
const podOf = (process: string, status: Partial<k8s.PodStatus>): k8s.Pod => {
  const made = pod(status)
  return { ...made, metadata: { ...made.metadata, labels: { ...release(2), 'apps.naru.dev/process': process } } }
}
const stepPod = (status: Partial<k8s.PodStatus>) => podOf('release', status)
const withPod = (status: Partial<k8s.PodStatus>) => snapshot({ pods: [pod(status)] })
const where = { pod: 'shop-v2-1', container: 'app', containerId: 'abc' }
const serving = app({ conditions: [condition('Ready', 'True')] })

describe('what a rollout is doing', () => {
  const cases: [string, RolloutSnapshot, string][] = [
    ['nothing is there yet', snapshot({ app: undefined, deployments: [] }), 'accepting'],
    ['the App has not been seen', snapshot({ app: app({ observedGeneration: 1 }) }), 'accepting'],
    ['the Deployment is not there yet', snapshot({ deployments: [deployment(1)] }), 'accepting'],
    ['the release step runs', snapshot({ deployments: [deployment(1)], pods: [stepPod({})] }), 'releaseStep'],
    [
      'a Resource is not ready',
      snapshot({ app: app({ conditions: [condition('Progressing', 'True', 'WaitingForResource')] }), deployments: [] }),
      'resources',
    ],
    [
      'a Resource starts for the first time, for longer than anything else may take',
      snapshot({
        app: app({ conditions: [condition('Progressing', 'True', 'WaitingForResource')] }),
        deployments: [],
        phaseSinceMs: NOW - 179_000,
      }),
      'resources',
    ],
    ['there are no pods', snapshot({}), 'creating'],
    [
      'only a run by the clock has failed',
      snapshot({ pods: [podOf('cleanup', container({ waiting: { reason: 'ErrImageNeverPull' } }))] }),
      'creating',
    ],
    ['the pod has no node', snapshot({ pods: [pod({}, 2, { spec: { containers: [] } })] }), 'scheduling'],
    ['the container waits', withPod(container({ waiting: { reason: 'ContainerCreating' } })), 'starting'],
    [
      'a pull has failed just now',
      snapshot({ pods: [pod({ startTime: ago(2), ...container({ waiting: { reason: 'ErrImagePull' } }) })] }),
      'pulling',
    ],
    [
      'the kubelet says that it pulls',
      snapshot({
        pods: [pod(container({ waiting: { reason: 'ContainerCreating' } }))],
        events: [
          { metadata: { name: 'e' }, involvedObject: { uid: 'p' }, reason: 'Scheduled', lastTimestamp: ago(9) },
          { metadata: { name: 'f' }, involvedObject: { uid: 'p' }, reason: 'Pulling', lastTimestamp: ago(8) },
        ],
      }),
      'pulling',
    ],
    ['the container runs and is not ready', withPod(container(running)), 'listening'],
    ['it crashed once and may heal', withPod(container(ended(1))), 'starting'],
    [
      'it crashed once and runs again',
      withPod(container(running, { restartCount: 1, lastState: ended(1) })),
      'listening',
    ],
    ['the pod is ready and the App is not', withPod({ conditions: [condition('Ready', 'True')] }), 'switching'],
    [
      'only pods of the old version crash',
      snapshot({ pods: [pod(container(ended(1), { restartCount: 9 }), 1), pod(container(running))] }),
      'listening',
    ],
    [
      'a crashed pod is being deleted',
      snapshot({
        pods: [
          pod(container(ended(1), { restartCount: 9 }), 2, {
            metadata: { ...pod({}).metadata, deletionTimestamp: ago(1) },
          }),
        ],
      }),
      'creating',
    ],
    [
      'it is unschedulable for a moment only',
      withPod({ conditions: [{ ...condition('PodScheduled', 'False', 'Unschedulable'), lastTransitionTime: ago(3) }] }),
      'starting',
    ],
  ]
  it.each(cases)('%s', (_, state, phase) => expect(diagnose(state)).toMatchObject({ state: 'progress', phase }))
})

describe('why a rollout has failed', () => {
  const crash = { code: 'crashed', signal: undefined }
  const cases: [string, RolloutSnapshot, object][] = [
    [
      'the app exited twice and waits to be restarted',
      withPod(container({ waiting: { reason: 'CrashLoopBackOff' } }, { restartCount: 1, lastState: ended(7) })),
      { ...crash, exitCode: 7, crashes: 2, where: { ...where, previous: false } },
    ],
    [
      'the app exited twice and runs again: the former run has the lines',
      withPod(container(running, { restartCount: 2, lastState: ended(7) })),
      { ...crash, exitCode: 7, crashes: 2, where: { ...where, previous: true } },
    ],
    [
      'the app exited with 0, which is as wrong',
      withPod(container(ended(0, { reason: 'Completed' }), { restartCount: 3 })),
      { ...crash, exitCode: 0, crashes: 4 },
    ],
    [
      'a signal ended it, told by the exit code',
      withPod(container(ended(139), { restartCount: 1 })),
      { code: 'crashed', exitCode: 139, signal: 11 },
    ],
    [
      'it outgrew its memory',
      withPod(container(ended(137, { reason: 'OOMKilled' }), { restartCount: 1 })),
      { code: 'outOfMemory', limit: '96Mi', crashes: 2 },
    ],
    [
      'the image cannot be pulled for a while',
      withPod(container({ waiting: { reason: 'ImagePullBackOff', message: 'not found' } })),
      { code: 'imagePull', image: NEW, message: 'not found' },
    ],
    [
      'the image cannot be pulled, for the reason that the event of the failed pull gives',
      snapshot({
        pods: [pod(container({ waiting: { reason: 'ImagePullBackOff', message: 'Back-off' } }))],
        events: [
          {
            metadata: { name: 'e' },
            involvedObject: { uid: 'p' },
            reason: 'Failed',
            message: 'disk full',
            lastTimestamp: ago(9),
          },
          {
            metadata: { name: 'f' },
            involvedObject: { uid: 'p' },
            reason: 'BackOff',
            message: 'Back-off',
            lastTimestamp: ago(8),
          },
        ],
      }),
      { code: 'imagePull', message: 'disk full' },
    ],
    [
      'the container cannot be created',
      withPod(container({ waiting: { reason: 'CreateContainerConfigError', message: 'secret "x" not found' } })),
      { code: 'startError', reason: 'CreateContainerConfigError', message: 'secret "x" not found' },
    ],
    [
      'no node takes it',
      withPod({ conditions: [condition('PodScheduled', 'False', 'Unschedulable', '0/1 nodes are available')] }),
      { code: 'unschedulable', message: '0/1 nodes are available' },
    ],
    [
      'pods may not be created',
      snapshot({
        replicaSets: [replicaSet(2, [condition('ReplicaFailure', 'True', 'FailedCreate', 'exceeded quota')])],
      }),
      { code: 'notCreated', message: 'exceeded quota' },
    ],
    [
      'its host belongs to another app',
      snapshot({ app: app({ conditions: [condition('Progressing', 'False', 'HostTaken', 'taken')] }) }),
      { code: 'refused', reason: 'HostTaken', message: 'taken' },
    ],
    [
      'its release step failed',
      snapshot({
        app: app({ conditions: [condition('Progressing', 'False', 'ReleaseStepFailed', '')] }),
        deployments: [],
        pods: [stepPod(container(ended(3)))],
      }),
      { code: 'stepFailed', exitCode: 3, where: { pod: 'shop-v2-1', container: 'app', previous: false } },
    ],
    [
      'it runs but has not listened in time',
      snapshot({ pods: [pod(container(running))], phaseSinceMs: NOW - 60_000 }),
      { code: 'notListening', port: 3000, seconds: 60, where: { ...where, previous: false } },
    ],
    [
      'it stayed in another phase for too long',
      snapshot({ phaseSinceMs: NOW - 60_000 }),
      { code: 'noProgress', phase: 'creating', seconds: 60 },
    ],
  ]
  it.each(cases)('%s', (_, state, failure) => expect(diagnose(state)).toMatchObject({ state: 'failure', failure }))
})

describe('whether the new version serves', () => {
  it('does when the newest App is Ready', () =>
    expect(diagnose(snapshot({ app: serving }))).toEqual({ state: 'serving', url: 'http://shop.localhost' }))

  it.each([
    ['an older App is', { ...serving, metadata: { ...serving.metadata, generation: 3 } }],
    ['it is not Ready', app({})],
  ])('does not when %s', (_, other) => expect(diagnose(snapshot({ app: other })).state).toBe('progress'))

  it('does, even though pods crashed on the way', () =>
    expect(diagnose({ ...withPod(container(ended(1), { restartCount: 5 })), app: serving }).state).toBe('serving'))
})
