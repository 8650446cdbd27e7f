/** /metrics/cadvisor: what containers, pods and the machine use, under cAdvisor's names. Pure. Sources: cAdvisor v0.52,
 *  metrics/prometheus.go, metrics/prometheus_machine.go; the labels: Kubernetes v1.34, pkg/kubelet/server/server.go. */
import type { GroupUsage, InterfaceUsage } from '../runtime/usage.ts'
import { exposition, type Metric, type Point } from './exposition.ts'
import type { MachineUsage } from './machine-usage.ts'
import type { NodeSample } from './sample.ts'

export interface CadvisorInput {
  sample: NodeSample
  cpuCores: number
  /** Control group that pods' own are below; empty where there are none. */
  cgroupRoot: string
}

/** One control group: the machine's, a pod's or a container's. */
interface Group {
  labels: Record<string, string>
  usage: GroupUsage
  interfaces: InterfaceUsage[]
  startedAtMs?: number
}

const labelsOf = (labels: Record<string, string>) => ({
  container: '',
  id: '/',
  image: '',
  name: '',
  namespace: '',
  pod: '',
  ...labels,
})

function groupsOf({ sample, cgroupRoot }: CadvisorInput): Group[] {
  const { machine } = sample
  return [
    { labels: labelsOf({}), usage: machine, interfaces: machine.interfaces, startedAtMs: machine.bootedAtMs },
    ...sample.pods.flatMap(({ pod, usage, interfaces, startedAtMs, containers }): Group[] => {
      const id = `${cgroupRoot}/pod${pod.uid}`
      const where = { namespace: pod.namespace, pod: pod.name }
      return [
        { labels: labelsOf({ ...where, id }), usage, interfaces, startedAtMs },
        ...containers.map((container) => ({
          labels: labelsOf({
            ...where,
            id: `${id}/${container.id}`,
            name: container.id,
            container: container.name,
            image: container.image,
          }),
          usage: container.usage,
          interfaces: [],
          startedAtMs: container.startedAtMs,
        })),
      ]
    }),
  ]
}

type Reading = (group: Group) => number | undefined
const seconds = (nanos: number | undefined) => (nanos === undefined ? undefined : nanos / 1e9)

const READINGS: readonly {
  name: string
  type: Metric['type']
  help: string
  value: Reading
  extra?: Record<string, string>
}[] = [
  {
    name: 'container_cpu_cfs_periods_total',
    type: 'counter',
    help: 'Number of elapsed enforcement period intervals.',
    value: ({ usage: { cpu } }) => cpu.periods || undefined,
  },
  {
    name: 'container_cpu_cfs_throttled_periods_total',
    type: 'counter',
    help: 'Number of throttled period intervals.',
    value: ({ usage: { cpu } }) => (cpu.periods ? cpu.throttledPeriods : undefined),
  },
  {
    name: 'container_cpu_cfs_throttled_seconds_total',
    type: 'counter',
    help: 'Total time duration the container has been throttled.',
    value: ({ usage: { cpu } }) => (cpu.periods ? seconds(cpu.throttledNanos) : undefined),
  },
  {
    name: 'container_cpu_system_seconds_total',
    type: 'counter',
    help: 'Cumulative system cpu time consumed in seconds.',
    value: ({ usage: { cpu } }) => seconds(cpu.systemNanos),
  },
  {
    name: 'container_cpu_usage_seconds_total',
    type: 'counter',
    help: 'Cumulative cpu time consumed in seconds.',
    value: ({ usage: { cpu } }) => seconds(cpu.usageNanos),
    extra: { cpu: 'total' },
  },
  {
    name: 'container_cpu_user_seconds_total',
    type: 'counter',
    help: 'Cumulative user cpu time consumed in seconds.',
    value: ({ usage: { cpu } }) => seconds(cpu.userNanos),
  },
  {
    name: 'container_memory_cache',
    type: 'gauge',
    help: 'Number of bytes of page cache memory.',
    value: ({ usage: { memory } }) => memory.cacheBytes,
  },
  {
    name: 'container_memory_mapped_file',
    type: 'gauge',
    help: 'Size of memory mapped files in bytes.',
    value: ({ usage: { memory } }) => memory.mappedFileBytes,
  },
  {
    name: 'container_memory_rss',
    type: 'gauge',
    help: 'Size of RSS in bytes.',
    value: ({ usage: { memory } }) => memory.rssBytes,
  },
  {
    name: 'container_memory_usage_bytes',
    type: 'gauge',
    help: 'Current memory usage in bytes, including all memory regardless of when it was accessed',
    value: ({ usage: { memory } }) => memory.usageBytes,
  },
  {
    name: 'container_memory_working_set_bytes',
    type: 'gauge',
    help: 'Current working set in bytes.',
    value: ({ usage: { memory } }) => memory.workingSetBytes,
  },
  {
    name: 'container_processes',
    type: 'gauge',
    help: 'Number of processes running inside the container.',
    value: ({ usage }) => usage.processes,
  },
  {
    name: 'container_spec_memory_limit_bytes',
    type: 'gauge',
    help: 'Memory limit for the container.',
    value: ({ usage: { memory } }) => memory.limitBytes ?? 0,
  },
]

const NETWORK: readonly { name: string; help: string; value: (one: InterfaceUsage) => number }[] = [
  ['receive_bytes', 'Cumulative count of bytes received', 'rxBytes'],
  ['receive_errors', 'Cumulative count of errors encountered while receiving', 'rxErrors'],
  ['receive_packets_dropped', 'Cumulative count of packets dropped while receiving', 'rxDropped'],
  ['receive_packets', 'Cumulative count of packets received', 'rxPackets'],
  ['transmit_bytes', 'Cumulative count of bytes transmitted', 'txBytes'],
  ['transmit_errors', 'Cumulative count of errors encountered while transmitting', 'txErrors'],
  ['transmit_packets_dropped', 'Cumulative count of packets dropped while transmitting', 'txDropped'],
  ['transmit_packets', 'Cumulative count of packets transmitted', 'txPackets'],
].map(([name, help = '', field]) => ({
  name: `container_network_${name}_total`,
  help,
  value: (one) => one[field as 'rxBytes'],
}))

export function cadvisorMetrics(input: CadvisorInput): string {
  const { atMs, machine } = input.sample
  const groups = groupsOf(input)
  const usage = READINGS.map(
    ({ name, type, help, value, extra }): Metric => ({
      name,
      type,
      help,
      points: groups.flatMap((group): Point[] => {
        const found = value(group)
        return found === undefined ? [] : [{ labels: { ...group.labels, ...extra }, value: found, atMs }]
      }),
    }),
  )
  const network = NETWORK.map(
    ({ name, help, value }): Metric => ({
      name,
      type: 'counter',
      help,
      points: groups.flatMap(({ labels, interfaces }) =>
        interfaces.map((one) => ({ labels: { ...labels, interface: one.name }, value: value(one), atMs })),
      ),
    }),
  )
  const times: Metric[] = [
    {
      name: 'container_last_seen',
      type: 'gauge',
      help: 'Last time a container was seen by the exporter',
      points: groups.map(({ labels }) => ({ labels, value: Math.floor(atMs / 1000), atMs })),
    },
    {
      name: 'container_start_time_seconds',
      type: 'gauge',
      help: 'Start time of the container since unix epoch in seconds.',
      points: groups.map(({ labels, startedAtMs = 0 }) => ({ labels, value: Math.floor(startedAtMs / 1000), atMs })),
    },
  ]
  return exposition([...usage, ...network, ...times, ...machineMetrics(machine, input.cpuCores, atMs)])
}

function machineMetrics(machine: MachineUsage, cpuCores: number, atMs: number): Metric[] {
  const gauge = (name: string, help: string, value: number): Metric => ({
    name,
    type: 'gauge',
    help,
    points: [{ value, atMs }],
  })
  return [
    gauge('machine_cpu_cores', 'Number of logical CPU cores.', cpuCores),
    gauge('machine_memory_bytes', 'Amount of memory installed on the machine.', machine.memoryCapacityBytes),
    gauge('machine_swap_bytes', 'Amount of swap memory available on the machine.', machine.swap.totalBytes),
  ]
}
