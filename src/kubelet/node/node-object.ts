/** The Node object of this machine. Pure. Source: Kubernetes v1.34, pkg/kubelet/nodestatus. */
import type { k8s } from '../../api/index.ts'
import { toKubernetesTime } from '../../lib/index.ts'
import type { RuntimeReadiness, RuntimeVersion } from '../runtime/runtime.ts'
import type { PressureCondition } from '../eviction/signals.ts'
import type { MachineFacts } from './machine.ts'

export const KUBELET_VERSION = 'v1.34.0+naru'
/** Says that this node's containers are plain processes of the host. */
const ISOLATION_ANNOTATION = 'naru.dev/isolation'

export interface NodeInput {
  name: string
  machine: MachineFacts
  /** What the node is short of. */
  pressure: readonly PressureCondition[]
  version: RuntimeVersion
  readiness: RuntimeReadiness
  shuttingDown: boolean
  /** Of the kubelet's own server; undefined: it has none. */
  port: number | undefined
  isolated: boolean
  podCidr: string
  maxPods: number
  nowMs: number
  old?: k8s.Node | undefined
}

/** What pods are sent away for, if it is used, is not for pods. Source: Kubernetes v1.34, pkg/kubelet/cm. */
const RESERVED_MEMORY_KIB = 100 * 1024
const RESERVED_DISK_SHARE = 0.1

const labels = ({ name, machine }: NodeInput): Record<string, string> => ({
  'kubernetes.io/hostname': name,
  'kubernetes.io/os': machine.operatingSystem,
  'kubernetes.io/arch': machine.architecture,
})

export function nodeMetadata(input: NodeInput): {
  labels: Record<string, string>
  annotations: Record<string, string>
} {
  return { labels: labels(input), annotations: { [ISOLATION_ANNOTATION]: input.isolated ? 'container' : 'none' } }
}

interface Fact {
  type: string
  status: boolean
  reason: string
  message: string
}

function whyNotReady({ readiness, shuttingDown }: NodeInput): string[] {
  const isRuntimeReady = readiness.ready && readiness.networkReady
  return [
    ...(isRuntimeReady ? [] : [readiness.message || 'container runtime is not ready']),
    ...(shuttingDown ? ['node is shutting down'] : []),
  ]
}

function facts(input: NodeInput): Fact[] {
  const complaints = whyNotReady(input)
  const ready = complaints.length === 0
  const either = (type: string, bad: boolean, name: string, words: string): Fact => ({
    type,
    status: bad,
    reason: bad ? `KubeletHas${name.replace('Sufficient', 'Insufficient').replace('No', '')}` : `KubeletHas${name}`,
    message: bad
      ? `kubelet has ${words.replace('sufficient', 'insufficient').replace('no ', '')}`
      : `kubelet has ${words}`,
  })
  const isolation: Fact = {
    type: 'naru.dev/NoIsolation',
    status: true,
    reason: 'ProcessRuntime',
    message: 'containers run as processes of the host: not isolated, resource limits are not enforced',
  }
  return [
    either(
      'MemoryPressure',
      input.pressure.includes('MemoryPressure'),
      'SufficientMemory',
      'sufficient memory available',
    ),
    either('DiskPressure', input.pressure.includes('DiskPressure'), 'NoDiskPressure', 'no disk pressure'),
    either('PIDPressure', input.pressure.includes('PIDPressure'), 'SufficientPID', 'sufficient PID available'),
    ...(input.isolated ? [] : [isolation]),
    {
      type: 'Ready',
      status: ready,
      reason: ready ? 'KubeletReady' : 'KubeletNotReady',
      message: ready
        ? 'kubelet is posting ready status'
        : complaints.length === 1
          ? String(complaints[0])
          : `[${complaints.join(', ')}]`,
    },
  ]
}

function conditions(input: NodeInput): k8s.NodeCondition[] {
  const now = toKubernetesTime(input.nowMs)
  return facts(input).map(({ type, status, reason, message }) => {
    const before = input.old?.status?.conditions?.find((condition) => condition.type === type)
    const text = status ? 'True' : 'False'
    return {
      type,
      status: text,
      reason,
      message,
      lastHeartbeatTime: now,
      lastTransitionTime: before?.status === text && before.lastTransitionTime ? before.lastTransitionTime : now,
    }
  })
}

export function nodeStatus(input: NodeInput): k8s.NodeStatus {
  const { machine, version } = input
  const capacity = {
    cpu: String(machine.cpuMilli / 1000),
    memory: `${Math.floor(machine.memoryBytes / 1024)}Ki`,
    'ephemeral-storage': `${Math.floor(machine.diskBytes / 1024)}Ki`,
    pods: String(input.maxPods),
  }
  return {
    capacity,
    allocatable: {
      ...capacity,
      memory: `${Math.max(Math.floor(machine.memoryBytes / 1024) - RESERVED_MEMORY_KIB, 0)}Ki`,
      'ephemeral-storage': String(Math.floor(machine.diskBytes * (1 - RESERVED_DISK_SHARE))),
    },
    conditions: conditions(input),
    addresses: [
      { type: 'InternalIP', address: machine.hostIP },
      { type: 'Hostname', address: input.name },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: input.port ?? 0 } },
    nodeInfo: {
      machineID: machine.machineID,
      systemUUID: machine.machineID,
      bootID: machine.bootID,
      kernelVersion: machine.kernelVersion,
      osImage: machine.osImage,
      containerRuntimeVersion: `${version.name}://${version.version}`,
      kubeletVersion: KUBELET_VERSION,
      kubeProxyVersion: '',
      operatingSystem: machine.operatingSystem,
      architecture: machine.architecture,
    },
  }
}
