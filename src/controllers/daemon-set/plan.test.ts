import { describe, expect, it } from 'vitest'
import type { k8s } from '../../api/index.ts'
import { podOf, templateOf } from '../testing/objects.ts'
import { newDaemonPod, targetNode } from './daemon-pod.ts'
import { FailedPodBackoff } from './failed-pod-backoff.ts'
import { daemonTolerations, nodeFit } from './node-fit.ts'
import { planPods } from './plan-pods.ts'
import { planRollingUpdate } from './rolling-update.ts'
import { limitsOf, snapshotOf } from './snapshot.ts'
import { countDaemons } from './status.ts'

const nowMs = Date.parse('2026-01-01T01:00:00Z')

function daemonSet(options: { spec?: k8s.PodSpec; rollingUpdate?: k8s.RollingUpdateDaemonSet } = {}): k8s.DaemonSet {
  const { spec = { containers: [] }, rollingUpdate = { maxUnavailable: 1, maxSurge: 0 } } = options
  return {
    metadata: { name: 'agent', namespace: 'default', uid: 'set' },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: { ...templateOf('web:1'), spec },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate },
    },
  }
}

const nodeOf = (name: string, labels: Record<string, string> = {}, taints: k8s.Taint[] = []): k8s.Node => ({
  metadata: { name, labels },
  spec: { taints },
})

describe('whether a node gets a daemon', () => {
  const taint = (effect: string, key = 'k') => ({ key, effect })
  it.each<{ why: string; spec?: Partial<k8s.PodSpec>; node: k8s.Node; run: boolean; stay: boolean }>([
    { why: 'any does', node: nodeOf('n'), run: true, stay: true },
    { why: 'one that lacks a label', spec: { nodeSelector: { a: 'b' } }, node: nodeOf('n'), run: false, stay: false },
    {
      why: 'one that has it',
      spec: { nodeSelector: { a: 'b' } },
      node: nodeOf('n', { a: 'b' }),
      run: true,
      stay: true,
    },
    { why: 'another than the template names', spec: { nodeName: 'm' }, node: nodeOf('n'), run: false, stay: false },
    { why: 'one where pods may stay', node: nodeOf('n', {}, [taint('NoSchedule')]), run: false, stay: true },
    { why: 'one that drives pods out', node: nodeOf('n', {}, [taint('NoExecute')]), run: false, stay: false },
    {
      why: 'one that is borne',
      spec: { tolerations: [{ operator: 'Exists' }] },
      node: nodeOf('n', {}, [taint('NoExecute')]),
      run: true,
      stay: true,
    },
    {
      why: 'one that is not ready, or cordoned',
      node: nodeOf('n', {}, [
        taint('NoExecute', 'node.kubernetes.io/not-ready'),
        taint('NoSchedule', 'node.kubernetes.io/unschedulable'),
      ]),
      run: true,
      stay: true,
    },
  ])('$why', ({ spec, node, run, stay }) => {
    expect(nodeFit(daemonSet({ spec: { containers: [], ...spec } }), node)).toEqual({ run, stay })
  })

  it('bears a node without network on the host’s', () => {
    const keys = (spec: k8s.PodSpec) => daemonTolerations(spec).map(({ key }) => key)
    expect(keys({ containers: [], hostNetwork: true })).toContain('node.kubernetes.io/network-unavailable')
    expect(keys({ containers: [] })).not.toContain('node.kubernetes.io/network-unavailable')
  })
})

describe('a daemon pod', () => {
  it('is bound to its node by affinity alone, whatever nodes the template asked for', () => {
    const nodeSelectorTerms = [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }]
    const preferred = [{ weight: 1, preference: {} }]
    const affinity = {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms },
        preferredDuringSchedulingIgnoredDuringExecution: preferred,
      },
    }
    const set = daemonSet({ spec: { containers: [], affinity } })
    const pod = newDaemonPod(set, { nodeName: 'n', hash: 'h', random: () => 0 })
    expect(pod.spec.affinity?.nodeAffinity).toEqual({
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n'] }] }],
      },
      preferredDuringSchedulingIgnoredDuringExecution: preferred,
    })
    expect(targetNode(pod)).toBe('n')
    expect(targetNode(podOf({ name: 'p', node: 'm' }))).toBe('m')
  })
})

type Kind = 'old' | 'old-unready' | 'new' | 'new-unready' | 'failed' | 'succeeded' | 'going'

/** `{ a: ['old'] }`: a pod of the old template on node a, named `a0`. */
function world(nodes: Record<string, Kind[]>, options: Parameters<typeof daemonSet>[0] & { gone?: string[] } = {}) {
  const phases: Partial<Record<Kind, string>> = { failed: 'Failed', succeeded: 'Succeeded' }
  const pods = Object.entries(nodes).flatMap(([node, kinds]) =>
    kinds.map((kind, index) =>
      podOf({
        name: `${node}${index}`,
        node,
        phase: phases[kind] ?? 'Running',
        isReady: !kind.endsWith('unready'),
        isDeleting: kind === 'going',
        created: `2026-01-01T00:0${index}:00Z`,
        labels: { 'controller-revision-hash': kind.startsWith('old') ? 'old' : 'new' },
      }),
    ),
  )
  const present = Object.keys(nodes)
    .filter((node) => !options.gone?.includes(node))
    .map((node) => nodeOf(node))
  return snapshotOf({ daemonSet: daemonSet(options), hash: 'new', nodes: present, pods, nowMs })
}

const namesOf = (pods: readonly k8s.Pod[]) => pods.map(({ metadata }) => metadata.name)
const surge = { maxUnavailable: 0, maxSurge: 1 }

describe('pods per node', () => {
  it.each<{ why: string; nodes: Record<string, Kind[]>; surges?: boolean; create?: string[]; gone?: string[] }>([
    { why: 'one is made where there is none', nodes: { a: [], b: ['new'] }, create: ['a'] },
    { why: 'one that goes is waited for', nodes: { a: ['going'] } },
    { why: 'with surge it is not', nodes: { a: ['going'] }, surges: true, create: ['a'] },
    { why: 'the oldest of several stays', nodes: { a: ['new', 'new'] }, gone: ['a1'] },
    { why: 'failed and ended ones go', nodes: { a: ['failed'], b: ['succeeded'] }, gone: ['a0', 'b0'] },
    { why: 'with surge a new one may be beside an old one', nodes: { a: ['old', 'new-unready'] }, surges: true },
    { why: 'until it is available', nodes: { a: ['old', 'new'] }, surges: true, gone: ['a0'] },
    { why: 'or the old one is not', nodes: { a: ['old-unready', 'new-unready'] }, surges: true, gone: ['a0'] },
  ])('$why', ({ nodes, surges, create = [], gone = [] }) => {
    const plan = planPods(world(nodes, surges ? { rollingUpdate: surge } : {}), () => 0)
    expect({ create: plan.create, gone: namesOf(plan.delete) }).toEqual({ create, gone })
  })

  it('a failed one stays for as long as its node has to wait', () => {
    const plan = planPods(world({ a: ['failed'], b: ['failed'] }), (node) => (node === 'a' ? 500 : 0))
    expect([namesOf(plan.delete), plan.failed.map(({ node }) => node), plan.againInMs]).toEqual([['b0'], ['b'], 500])
  })
  it('one that was meant for a node that is gone goes', () => {
    const snapshot = world({ a: ['new'] })
    const pod = newDaemonPod(daemonSet(), { nodeName: 'z', hash: 'new', random: () => 0 })
    const withLost = { ...snapshot, podsByNode: new Map([...snapshot.podsByNode, ['z', [pod]]]) }
    expect(planPods(withLost, () => 0).delete).toEqual([pod])
  })
})

describe('a rolling update', () => {
  it.each<{ why: string; nodes: Record<string, Kind[]>; max?: number | string; gone: string[] }>([
    { why: 'takes one', nodes: { a: ['old'], b: ['old'] }, gone: ['a0'] },
    { why: 'waits for one that is not available', nodes: { a: ['new-unready'], b: ['old'] }, gone: [] },
    { why: 'waits for one that is yet to be made', nodes: { a: [], b: ['old'] }, gone: [] },
    {
      why: 'takes what is not available at once',
      nodes: { a: ['old-unready'], b: ['old-unready'] },
      gone: ['a0', 'b0'],
    },
    { why: 'takes a share', nodes: { a: ['old'], b: ['old'], c: ['old'] }, max: '50%', gone: ['a0', 'b0'] },
    { why: 'is done', nodes: { a: ['new'] }, gone: [] },
  ])('$why', ({ nodes, max = 1, gone }) => {
    const changes = planRollingUpdate(world(nodes, { rollingUpdate: { maxUnavailable: max, maxSurge: 0 } }))
    expect({ create: changes.create, gone: namesOf(changes.delete) }).toEqual({ create: [], gone })
  })

  it.each<{ why: string; nodes: Record<string, Kind[]>; gone?: string[]; create?: string[]; lost?: string[] }>([
    { why: 'makes one', nodes: { a: ['old'], b: ['old'] }, create: ['a'] },
    { why: 'waits for it', nodes: { a: ['old', 'new-unready'], b: ['old'] } },
    {
      why: 'takes the old one then, and goes on',
      nodes: { a: ['old', 'new'], b: ['old'] },
      gone: ['a0'],
      create: ['b'],
    },
    {
      why: 'makes one at once where the old is not available',
      nodes: { a: ['old-unready'], b: ['old'] },
      create: ['a', 'b'],
    },
    { why: 'leaves an old one that serves where it should not be', nodes: { a: ['old'], b: [] }, lost: ['a'] },
    { why: 'until others serve', nodes: { a: ['old'], b: ['new'] }, lost: ['a'], gone: ['a0'] },
  ])('with surge $why', ({ nodes, gone = [], create = [], lost = [] }) => {
    const changes = planRollingUpdate(world(nodes, { rollingUpdate: surge, gone: lost }))
    expect({ create: changes.create, gone: namesOf(changes.delete) }).toEqual({ create, gone })
  })

  it('of neither may take one', () => {
    expect(limitsOf(daemonSet({ rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } }), 2)).toMatchObject({
      maxUnavailable: 1,
    })
  })
})

describe('a daemon set’s status', () => {
  it('counts nodes by what is on them', () => {
    const set = daemonSet({ spec: { containers: [], nodeSelector: { a: 'b' } } })
    const nodes = [nodeOf('one', { a: 'b' }), nodeOf('two', { a: 'b' }), nodeOf('three', { a: 'b' }), nodeOf('other')]
    const labels = { 'controller-revision-hash': 'new' }
    const pods = [
      podOf({ name: '1', node: 'one', labels }),
      podOf({ name: '2', node: 'two', isReady: false }),
      podOf({ name: '3', node: 'other' }),
    ]
    expect(countDaemons(snapshotOf({ daemonSet: set, hash: 'new', nodes, pods, nowMs }))).toEqual({
      desiredNumberScheduled: 3,
      currentNumberScheduled: 2,
      numberMisscheduled: 1,
      numberReady: 1,
      updatedNumberScheduled: 1,
      numberAvailable: 1,
      numberUnavailable: 2,
    })
  })
})

describe('the wait after a failed pod', () => {
  it('doubles up to a quarter of an hour, and is forgotten', () => {
    const backoff = new FailedPodBackoff()
    expect(backoff.remainingMs('k', 0)).toBe(0)
    backoff.failed('k', 0)
    expect([backoff.remainingMs('k', 0), backoff.remainingMs('k', 400), backoff.remainingMs('k', 1000)]).toEqual([
      1000, 600, 0,
    ])
    backoff.failed('k', 1000)
    expect(backoff.remainingMs('k', 1000)).toBe(2000)
    for (let round = 0; round < 20; round++) backoff.failed('k', 2000)
    expect(backoff.remainingMs('k', 2000)).toBe(15 * 60_000)
    backoff.failed('k', 2000 + 31 * 60_000)
    expect(backoff.remainingMs('k', 2000 + 31 * 60_000)).toBe(1000)
  })
})
