import { expect, it } from 'vitest'
import type { k8s } from '../../api/index.ts'
import { refuseOnNode, refusePod } from './admit.ts'
import { podLimitFiles } from './pod-cgroup.ts'
import { covers, entriesOf } from './pull-secrets.ts'
import { pendingResize } from './resize.ts'

const node = { kernel: '4.14.9-x', appArmor: false, cpuMilli: 2000, memoryBytes: 1 << 30, maxPods: 3 }

const pod = (spec: object): k8s.Pod => ({ metadata: { name: 'p' }, spec: { containers: [], ...spec } })
const sysctl = (name: string, more: object = {}) =>
  pod({ securityContext: { sysctls: [{ name, value: '1' }] }, ...more })

it.each([
  [sysctl('kernel.shm_rmid_forced'), undefined],
  [sysctl('kernel/shm_rmid_forced'), undefined],
  [sysctl('kernel.msgmax'), 'forbidden sysctl: "kernel.msgmax" not allowlisted'],
  [sysctl('net/ipv4/tcp_rmem'), 'forbidden sysctl: "net.ipv4.tcp_rmem" not allowlisted'],
  [
    sysctl('net.ipv4.tcp_syncookies', { hostNetwork: true }),
    'forbidden sysctl: "net.ipv4.tcp_syncookies" not allowed with host Net enabled',
  ],
  [pod({ os: { name: 'windows' } }), "Failed to admit pod as the OS field doesn't match node OS"],
])('a node says which pods it cannot take', (subject, message) => {
  expect(refusePod(subject, node)?.message).toBe(message)
})

const NOT_TOLERATED = {
  reason: 'TaintToleration',
  message: "Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate",
}
const NO_AFFINITY = {
  reason: 'NodeAffinity',
  message: "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
}
const affinity = (key: string, values: string[]) => ({
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchExpressions: [{ key, operator: 'In', values }] }],
    },
  },
})
const taint = (effect: string): k8s.Taint => ({ key: 'out', effect })

it.each<[string, k8s.Pod, k8s.Taint[], object | undefined]>([
  ['a selector that fits', pod({ nodeSelector: { disk: 'ssd' } }), [], undefined],
  ['a selector that does not fit', pod({ nodeSelector: { disk: 'hdd' } }), [], NO_AFFINITY],
  ['an affinity that fits', pod({ affinity: affinity('disk', ['hdd', 'ssd']) }), [], undefined],
  ['an affinity that does not fit', pod({ affinity: affinity('zone', ['a']) }), [], NO_AFFINITY],
  ['a taint for the scheduler alone', pod({}), [taint('NoSchedule'), taint('PreferNoSchedule')], undefined],
  ['a taint for pods', pod({}), [taint('NoExecute')], NOT_TOLERATED],
  ['a taint that the pod bears', pod({ tolerations: [{ operator: 'Exists' }] }), [taint('NoExecute')], undefined],
  [
    'the label of another system',
    { ...pod({}), metadata: { name: 'p', labels: { 'kubernetes.io/os': 'windows' } } },
    [],
    {
      reason: 'PodOSSelectorNodeLabelDoesNotMatch',
      message: "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label",
    },
  ],
])('a pod that was bound by hand is seen by the node: %s', (_, subject, taints, refusal) => {
  expect(refuseOnNode(subject, { metadata: { name: 'n', labels: { disk: 'ssd' } }, spec: { taints } })).toEqual(refusal)
})

it('refuses a pod that asks for more storage, or more of what others tell of, than the node has left', () => {
  const asks = (requests: Record<string, string>, name = 'p') => ({
    ...pod({ containers: [{ name: 'c', resources: { requests } }] }),
    metadata: { name },
  })
  const allocatable = { 'ephemeral-storage': '10Gi', 'example.com/disk': '3' }
  const its = { metadata: { name: 'n' }, spec: {}, status: { allocatable } }
  const taken = [asks({ 'example.com/disk': '2', 'ephemeral-storage': '4Gi' }, 'other')]
  expect(refuseOnNode(asks({ 'example.com/disk': '1', 'ephemeral-storage': '6Gi' }), its, taken)).toBeUndefined()
  expect(refuseOnNode(asks({ 'example.com/of-the-cluster': '9' }), its, taken)).toBeUndefined()
  expect(refuseOnNode(asks({ 'example.com/disk': '2' }), its, taken)).toEqual({
    reason: 'OutOfexample.com/disk',
    message: "Node didn't have enough resource: example.com/disk, requested: 2, used: 2, capacity: 3",
  })
  expect(refuseOnNode(asks({ 'ephemeral-storage': '7Gi' }), its, taken)?.reason).toBe('OutOfephemeral-storage')
})

it('refuses a pod for which the others leave too little', () => {
  const asks = (cpu: string, name = 'p') => ({
    ...pod({ containers: [{ name: 'c', resources: { requests: { cpu, memory: '1Mi' } } }] }),
    metadata: { name },
  })
  expect(refusePod(asks('1'), node, [asks('900m', 'other')])).toBeUndefined()
  expect(refusePod(asks('1'), node, [asks('1100m', 'other')])).toEqual({
    reason: 'OutOfcpu',
    message: "Node didn't have enough resource: cpu, requested: 1000, used: 1100, capacity: 2000",
  })
  expect(refusePod(pod({}), node, [pod({}), pod({}), pod({})])?.reason).toBe('OutOfpods')
  const profile = { securityContext: { appArmorProfile: { type: 'RuntimeDefault' } } }
  expect(refusePod(pod(profile), node)).toMatchObject({ reason: 'AppArmor' })
  expect(refusePod(pod(profile), { ...node, appArmor: true })).toBeUndefined()
})

it('puts off a resize that does not fit now, and refuses one that never will', () => {
  const asks = (memory: string) => pod({ containers: [{ name: 'c', resources: { requests: { memory } } }] })
  expect(pendingResize(asks('500Mi'), node, [asks('400Mi')])).toBeUndefined()
  expect(pendingResize(asks('700Mi'), node, [asks('400Mi')])).toMatchObject({ reason: 'Deferred' })
  expect(pendingResize(asks('2Gi'), node, [])).toEqual({
    reason: 'Infeasible',
    message: "Node didn't have enough capacity: memory, requested: 2147483648, capacity: 1073741824",
  })
})

it('limits a pod as a whole in either version of control groups', () => {
  const resources = {
    cpuShares: 2,
    cpuQuotaMicros: 50_000,
    cpuPeriodMicros: 100_000,
    memoryLimitBytes: 9,
    oomScoreAdj: 0,
  }
  expect(Object.fromEntries(podLimitFiles('/naru/pod1', resources))).toEqual({
    'cpu/naru/pod1/cpu.cfs_period_us': '100000',
    'cpu/naru/pod1/cpu.cfs_quota_us': '50000',
    '/naru/pod1/cpu.max': '50000 100000',
    'memory/naru/pod1/memory.limit_in_bytes': '9',
    '/naru/pod1/memory.max': '9',
  })
  expect(podLimitFiles('/p', { ...resources, cpuQuotaMicros: 0, memoryLimitBytes: 0 })).toEqual([])
})

it('finds the credentials that are for an image', () => {
  const auth = Buffer.from('joe:pa:ss').toString('base64')
  const text = JSON.stringify({
    auths: { 'https://reg.example:5000/v2/': { auth }, 'x/y': { username: 'u', password: 'p' } },
  })
  const data = { '.dockerconfigjson': Buffer.from(text).toString('base64') }
  expect(entriesOf({ metadata: { name: 's' }, type: 'kubernetes.io/dockerconfigjson', data })).toEqual([
    { of: 'reg.example:5000', credentials: { username: 'joe', password: 'pa:ss' } },
    { of: 'x/y', credentials: { username: 'u', password: 'p' } },
  ])
  expect(
    entriesOf({ metadata: { name: 's' }, type: 'kubernetes.io/dockercfg', data: { '.dockercfg': 'e30' } }),
  ).toEqual([])
  expect(covers('reg.example:5000/a', 'reg.example:5000/a/b:1')).toBe(true)
  expect(covers('reg.example:5000/c', 'reg.example:5000/a/b:1')).toBe(false)
  expect(covers('*.example', 'one.example/a')).toBe(true)
  expect(covers('*.example', 'two.one.example/a')).toBe(false)
  expect(covers('index.docker.io', 'docker.io/library/x')).toBe(true)
})

it('refuses a pod whose port of the node another holds', () => {
  const holds = (hostIP?: string, protocol = 'TCP') =>
    pod({
      containers: [{ name: 'c', ports: [{ containerPort: 80, hostPort: 8080, protocol, ...(hostIP && { hostIP }) }] }],
    })
  expect(refusePod(holds(), node, [holds('127.0.0.1')])).toEqual({
    reason: 'NodePorts',
    message: "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
  })
  expect(refusePod(holds('127.0.0.1'), node, [holds('127.0.0.2'), holds(undefined, 'UDP')])).toBeUndefined()
})
