import { describe, expect, it } from 'vitest'
import type { k8s } from '../../api/index.ts'
import type { ContainerStatus } from '../runtime/runtime.ts'
import { decide, type ProbeFacts } from './decide.ts'
import { CONTAINER_HASH, containerHash } from './names.ts'
import type { PodSnapshot } from './snapshot.ts'
import { podStatus } from './status.ts'

const NOW = 1_700_000_000_000
const healthy: ProbeFacts & { ready(id: string): boolean } = {
  started: () => true,
  failed: () => undefined,
  ready: () => true,
}
const web: k8s.Container = { name: 'web', image: 'r.test/web:1' }
const init: k8s.Container = { name: 'init', image: 'r.test/init:1' }
const sidecar: k8s.Container = { ...init, name: 'side', restartPolicy: 'Always' }

const podOf = (spec: Partial<k8s.PodSpec> = {}, more: Partial<k8s.Pod> = {}): k8s.Pod => ({
  metadata: { name: 'p', namespace: 'default', uid: 'u' },
  spec: { containers: [web], ...spec },
  ...more,
})

const ran = (container: k8s.Container, over: Partial<ContainerStatus> = {}): ContainerStatus => ({
  id: `${container.name}-${over.attempt ?? 0}`,
  sandboxId: 's0',
  name: container.name,
  attempt: 0,
  state: 'running',
  createdAtMs: NOW - 5_000,
  startedAtMs: NOW - 4_000,
  finishedAtMs: over.state === 'exited' ? NOW - 1_000 : 0,
  exitCode: 0,
  reason: '',
  message: '',
  labels: {},
  annotations: { [CONTAINER_HASH]: containerHash(container) },
  imageName: '',
  imageRef: '',
  logPath: '',
  ...over,
})

const has = (containers: ContainerStatus[], state: 'ready' | 'notReady' = 'ready'): PodSnapshot => ({
  sandboxes: [
    {
      id: 's0',
      pod: { name: 'p', namespace: 'default', uid: 'u' },
      attempt: 0,
      state,
      createdAtMs: NOW - 6_000,
      labels: {},
      annotations: {},
    },
  ],
  ips: state === 'ready' ? ['10.0.0.2'] : [],
  containers,
})
const nothing: PodSnapshot = { sandboxes: [], ips: [], containers: [] }

/** `start web#1`, `kill web-0`, `sandbox 0`, `killPod deleted`. */
const plan = (pod: k8s.Pod, snapshot: PodSnapshot, probes: ProbeFacts = healthy): string[] =>
  decide({ pod, snapshot, probes, nowMs: NOW }).map((action) => {
    if (action.type === 'startContainer') return `start ${action.container.name}#${action.attempt}`
    if (action.type === 'killContainer') return `kill ${action.id}`
    if (action.type === 'resizeContainer') return `resize ${action.id}`
    return action.type === 'createSandbox' ? `sandbox ${action.attempt}` : `killPod ${action.why}`
  })

const exited = (container: k8s.Container, exitCode: number, over: Partial<ContainerStatus> = {}) =>
  ran(container, { state: 'exited', exitCode, ...over })

const known = { name: 'web', image: '', imageID: '', ready: true, restartCount: 0 }

describe('what to do next for a pod', () => {
  const cases: [string, k8s.Pod, PodSnapshot, string[]][] = [
    ['a new pod gets a sandbox first', podOf(), nothing, ['sandbox 0']],
    ['in a sandbox its containers are started', podOf(), has([]), ['start web#0']],
    ['what runs is left alone', podOf(), has([ran(web)]), []],
    ['what ended is started again', podOf(), has([exited(web, 0)]), ['start web#1']],
    [
      'OnFailure does not restart a success',
      podOf({ restartPolicy: 'OnFailure' }),
      has([exited(web, 0)]),
      ['killPod finished'],
    ],
    ['OnFailure restarts a failure', podOf({ restartPolicy: 'OnFailure' }), has([exited(web, 2)]), ['start web#1']],
    ['Never restarts nothing', podOf({ restartPolicy: 'Never' }), has([exited(web, 2)]), ['killPod finished']],
    ['a lost sandbox is made anew', podOf(), has([exited(web, 255)], 'notReady'), ['killPod sandboxLost', 'sandbox 1']],
    [
      'another image replaces the container',
      podOf(),
      has([ran(web, { annotations: { [CONTAINER_HASH]: 'old' } })]),
      ['kill web-0'],
    ],
    [
      'one that was made and never started is made again',
      podOf(),
      has([ran(web, { state: 'created' })]),
      ['start web#1'],
    ],
    [
      'one of which nobody knows whether it runs is killed first',
      podOf(),
      has([ran(web, { state: 'unknown' })]),
      ['kill web-0', 'start web#1'],
    ],
    [
      'a container of an older sandbox does not count',
      podOf(),
      has([exited(web, 0, { sandboxId: 'older' })]),
      ['start web#1'],
    ],
    [
      'a pod to be deleted is killed, whatever it does',
      podOf({}, { metadata: { name: 'p', uid: 'u', deletionTimestamp: 'x' } }),
      has([ran(web)]),
      ['killPod deleted'],
    ],
    ['a pod that is over stays over', podOf({}, { status: { phase: 'Failed' } }), has([]), ['killPod finished']],
    ['init containers come first', podOf({ initContainers: [init] }), has([]), ['start init#0']],
    ['and are waited for', podOf({ initContainers: [init] }), has([ran(init)]), []],
    ['and then the containers start', podOf({ initContainers: [init] }), has([exited(init, 0)]), ['start web#0']],
    [
      'a failed init container is tried again',
      podOf({ initContainers: [init] }),
      has([exited(init, 1)]),
      ['start init#1'],
    ],
    [
      'unless the policy is Never',
      podOf({ initContainers: [init], restartPolicy: 'Never' }),
      has([exited(init, 1)]),
      ['killPod finished'],
    ],
    [
      'a sidecar that runs lets the rest begin',
      podOf({ initContainers: [sidecar] }),
      has([ran(sidecar)]),
      ['start web#0'],
    ],
    [
      'a sidecar that ended is started again',
      podOf({ initContainers: [sidecar] }),
      has([exited(sidecar, 0), ran(web)]),
      ['start side#1'],
    ],
    [
      'in a new sandbox init containers run anew',
      podOf({ initContainers: [init] }),
      has([exited(init, 0, { sandboxId: 'older' }), exited(web, 1, { sandboxId: 'older' })]),
      ['start init#1'],
    ],
    [
      'but not what has succeeded, where that is the end of it',
      podOf({ restartPolicy: 'OnFailure', containers: [web, { ...web, name: 'two' }] }),
      has([exited(web, 0, { sandboxId: 'older' }), exited({ ...web, name: 'two' }, 1, { sandboxId: 'older' })]),
      ['start two#1'],
    ],
    [
      'an ephemeral container is started beside whatever else',
      podOf({ ephemeralContainers: [{ name: 'debug', image: 'd' }], initContainers: [init] }),
      has([ran(init)]),
      ['start debug#0'],
    ],
    [
      'once',
      podOf({ ephemeralContainers: [{ name: 'debug', image: 'd' }] }),
      has([ran(web), exited({ name: 'debug' }, 1)]),
      [],
    ],
    [
      'and when the one that it looks into runs',
      podOf({ ephemeralContainers: [{ name: 'debug', image: 'd', targetContainerName: 'web' }] }),
      has([]),
      ['start web#0'],
    ],
    [
      'how often it was started is known to the API too',
      podOf({}, { status: { containerStatuses: [{ ...known, restartCount: 4, state: { running: {} } }] } }),
      has([]),
      ['start web#5'],
    ],
  ]
  it.each(cases)('%s', (_name, pod, snapshot, expected) => {
    expect(plan(pod, snapshot)).toEqual(expected)
  })

  it('kills a container whose liveness probe failed, and says so', () => {
    const probes: ProbeFacts = { started: () => true, failed: () => 'Liveness' }
    expect(decide({ pod: podOf(), snapshot: has([ran(web)]), probes, nowMs: NOW })).toMatchObject([
      { type: 'killContainer', message: 'Container web failed liveness probe, will be restarted' },
    ])
  })

  it('ends a pod past its active deadline', () => {
    const startTime = new Date(NOW - 11_000).toISOString()
    const pod = podOf({ activeDeadlineSeconds: 10 }, { status: { startTime } })
    expect(plan(pod, has([ran(web)]))).toEqual(['killPod deadline'])
  })

  it('resizes a container in place, or anew where it says so', () => {
    const resources = { limits: { cpu: '2' } }
    const wish = (resizePolicy?: k8s.ContainerResizePolicy[]) =>
      decide({
        pod: podOf({ containers: [{ ...web, resources, resizePolicy }] }),
        snapshot: has([ran(web)]),
        probes: healthy,
        nowMs: NOW,
        actuated: () => ({ limits: { cpu: '1' } }),
      })
    expect(wish()).toMatchObject([{ type: 'resizeContainer', id: 'web-0' }])
    expect(wish([{ resourceName: 'memory', restartPolicy: 'RestartContainer' }])).toMatchObject([
      { type: 'resizeContainer' },
    ])
    expect(wish([{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }])).toMatchObject([
      { type: 'killContainer', message: 'Container web resize requires restart' },
    ])
  })

  it('waits for the startup probe of a sidecar', () => {
    const probes: ProbeFacts = { started: () => false, failed: () => undefined }
    expect(plan(podOf({ initContainers: [sidecar] }), has([ran(sidecar)]), probes)).toEqual([])
  })
})

describe('the status of a pod', () => {
  const statusOf = (
    pod: k8s.Pod,
    snapshot: PodSnapshot,
    waiting: [string, { reason: string; message: string }][] = [],
  ) =>
    podStatus(
      { pod, snapshot, probes: healthy, hostIP: '192.0.2.1', waiting: new Map(waiting), nowMs: NOW },
      'containerd://',
    )
  const condition = (status: k8s.PodStatus, type: string) => status.conditions?.find((one) => one.type === type)

  it.each([
    ['Pending', podOf(), nothing],
    ['Running', podOf(), has([ran(web)])],
    ['Running', podOf(), has([exited(web, 1)])],
    ['Succeeded', podOf({ restartPolicy: 'Never' }), has([exited(web, 0)])],
    ['Failed', podOf({ restartPolicy: 'Never' }), has([exited(web, 1)])],
    ['Pending', podOf({ initContainers: [init] }), has([ran(init)])],
  ] as const)('is %s', (phase, pod, snapshot) => {
    expect(statusOf(pod, snapshot).phase).toBe(phase)
  })

  it('is ready when every container is, and keeps the time of the change', () => {
    const before = statusOf(podOf(), has([ran(web)]))
    expect(condition(before, 'Ready')).toMatchObject({ status: 'True' })
    expect(before).toMatchObject({ podIP: '10.0.0.2', hostIP: '192.0.2.1' })
    const earlier = { ...condition(before, 'Ready'), lastTransitionTime: '2020-01-01T00:00:00Z' } as k8s.PodCondition
    const after = statusOf(podOf({}, { status: { conditions: [earlier] } }), has([ran(web)]))
    expect(condition(after, 'Ready')?.lastTransitionTime).toBe('2020-01-01T00:00:00Z')
  })

  it('shows the wait before a restart, the end before it, and the count', () => {
    const snapshot = has([exited(web, 3, { attempt: 2 }), exited(web, 1, { attempt: 1 })])
    const [status] =
      statusOf(podOf(), snapshot, [['web', { reason: 'CrashLoopBackOff', message: 'back-off' }]]).containerStatuses ??
      []
    expect(status).toMatchObject({
      restartCount: 2,
      ready: false,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 3, reason: 'Error', containerID: 'containerd://web-2' } },
    })
  })

  it('says what a container waits for that was never started', () => {
    const waits = (pod: k8s.Pod) => statusOf(pod, has([])).containerStatuses?.[0]?.state
    expect(waits(podOf())).toEqual({ waiting: { reason: 'ContainerCreating' } })
    expect(waits(podOf({ initContainers: [init] }))).toEqual({ waiting: { reason: 'PodInitializing' } })
    const [first] = statusOf(podOf({ initContainers: [init] }), has([])).initContainerStatuses ?? []
    expect(first).toMatchObject({ state: { waiting: { reason: 'PodInitializing' } }, ready: false, started: false })
  })

  it('has so much room for what its containers said as they ended', () => {
    const message = 'x'.repeat(10_000)
    const two = [web, { ...web, name: 'two' }]
    const said = (containers: k8s.Container[]) =>
      statusOf(podOf({ containers }), has([exited(web, 1, { message })])).containerStatuses?.[0]?.state?.terminated
    expect(said([web])?.message).toHaveLength(10_000)
    expect(said(two)?.message).toHaveLength(6_144)
  })

  it('is not over before its containers are', () => {
    const startTime = new Date(NOW - 11_000).toISOString()
    const pod = podOf({ activeDeadlineSeconds: 10 }, { status: { startTime, phase: 'Running' } })
    expect(statusOf(pod, has([ran(web)]))).toMatchObject({ phase: 'Running' })
    expect(statusOf(pod, has([ran(web)])).reason).toBeUndefined()
    expect(statusOf(pod, has([exited(web, 143)]))).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' })
    const failing = podOf({ restartPolicy: 'Never', initContainers: [sidecar, init] })
    expect(statusOf(failing, has([ran(sidecar), exited(init, 1)])).phase).toBe('Pending')
    expect(statusOf(failing, has([exited(sidecar, 0), exited(init, 1)])).phase).toBe('Failed')
  })

  it('tells what a container has, of a resize that waits, and no more of it once it is done', () => {
    const [had, asked] = [{ requests: { cpu: '1' } }, { requests: { cpu: '9' } }]
    const pod = podOf({ containers: [{ ...web, resources: asked }] })
    const input = { pod, snapshot: has([ran(web)]), probes: healthy, hostIP: '', waiting: new Map(), nowMs: NOW }
    const pendingResize = { reason: 'Infeasible', message: 'no' } as const
    const waits = podStatus({ ...input, actuated: () => had, pendingResize }, '')
    expect(waits.containerStatuses?.[0]).toMatchObject({ resources: had, allocatedResources: had.requests })
    expect(condition(waits, 'PodResizePending')).toMatchObject({ status: 'True', reason: 'Infeasible', message: 'no' })
    const goesOn = podStatus({ ...input, pod: { ...pod, status: waits }, actuated: () => had }, '')
    expect(condition(goesOn, 'PodResizePending')).toBeUndefined()
    expect(condition(goesOn, 'PodResizeInProgress')).toMatchObject({ status: 'True' })
    expect(goesOn.containerStatuses?.[0]).toMatchObject({ resources: had, allocatedResources: asked.requests })
    const done = podStatus({ ...input, pod: { ...pod, status: goesOn }, actuated: () => asked }, '')
    expect(condition(done, 'PodResizeInProgress')).toBeUndefined()
  })

  it('tells of ephemeral containers, which are neither ready nor started', () => {
    const pod = podOf({ ephemeralContainers: [{ name: 'debug', image: 'd' }] })
    const [debug] = statusOf(pod, has([ran(web), ran({ name: 'debug' })])).ephemeralContainerStatuses ?? []
    expect(debug).toMatchObject({ name: 'debug', ready: false, state: { running: {} } })
    expect(debug).not.toHaveProperty('started')
  })

  it('keeps an end whose record is gone, and counts one that was never seen', () => {
    const end = { terminated: { exitCode: 3, reason: 'Error' } }
    const of = (state: k8s.ContainerState) =>
      statusOf(podOf({}, { status: { containerStatuses: [{ ...known, restartCount: 1, state }] } }), has([]))
        .containerStatuses?.[0]
    expect(of(end)).toMatchObject({ state: end, restartCount: 1 })
    expect(of({ running: {} })).toMatchObject({
      state: { waiting: { reason: 'ContainerCreating' } },
      lastState: { terminated: { exitCode: 137, reason: 'ContainerStatusUnknown' } },
      restartCount: 2,
    })
  })

  it('keeps conditions that are not its own', () => {
    const gate: k8s.PodCondition = { type: 'example.com/gate', status: 'False' }
    const pod = podOf({ readinessGates: [{ conditionType: gate.type }] }, { status: { conditions: [gate] } })
    const status = statusOf(pod, has([ran(web)]))
    expect(condition(status, gate.type)).toEqual(gate)
    expect(condition(status, 'ContainersReady')).toMatchObject({ status: 'True' })
    expect(condition(status, 'Ready')).toMatchObject({ status: 'False', reason: 'ReadinessGatesNotReady' })
  })
})
