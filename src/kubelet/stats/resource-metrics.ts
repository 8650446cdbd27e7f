/** /metrics/resource: CPU and memory of the node, its pods and containers. Pure. Source: Kubernetes v1.34,
 *  pkg/kubelet/metrics/collectors/resource_metrics.go. */
import { exposition, type Metric, type Point } from './exposition.ts'
import type { ContainerSample, NodeSample, PodSample } from './sample.ts'

const seconds = (nanos: number) => nanos / 1e9

/** `sample`: undefined where none can be had. */
export function resourceMetrics(sample: NodeSample | undefined): string {
  if (sample === undefined) return exposition(scrapeErrors(1))
  const { atMs, machine, pods } = sample
  const ofPods = (value: (pod: PodSample) => number | undefined): Point[] =>
    pods.flatMap((pod) => {
      const found = value(pod)
      const labels = { namespace: pod.pod.namespace, pod: pod.pod.name }
      return found === undefined ? [] : [{ labels, value: found, atMs }]
    })
  const ofContainers = (value: (container: ContainerSample) => number, timed = true): Point[] =>
    pods.flatMap(({ pod, containers }) =>
      containers.map((container) => ({
        labels: { container: container.name, namespace: pod.namespace, pod: pod.name },
        value: value(container),
        ...(timed && { atMs }),
      })),
    )
  const metric = (name: string, type: Metric['type'], help: string, points: Point[]): Metric => ({
    name,
    type,
    help,
    points,
  })
  return exposition([
    metric(
      'container_cpu_usage_seconds_total',
      'counter',
      '[STABLE] Cumulative cpu time consumed by the container in core-seconds',
      ofContainers(({ usage }) => seconds(usage.cpu.usageNanos)),
    ),
    metric(
      'container_memory_working_set_bytes',
      'gauge',
      '[STABLE] Current working set of the container in bytes',
      ofContainers(({ usage }) => usage.memory.workingSetBytes),
    ),
    metric(
      'container_start_time_seconds',
      'gauge',
      '[STABLE] Start time of the container since unix epoch in seconds',
      ofContainers(({ startedAtMs }) => startedAtMs / 1000, false),
    ),
    metric(
      'container_swap_usage_bytes',
      'gauge',
      '[ALPHA] Current amount of the container swap usage in bytes. Reported only on non-windows systems',
      ofContainers(() => 0),
    ),
    metric(
      'node_cpu_usage_seconds_total',
      'counter',
      '[STABLE] Cumulative cpu time consumed by the node in core-seconds',
      [{ value: seconds(machine.cpu.usageNanos), atMs }],
    ),
    metric('node_memory_working_set_bytes', 'gauge', '[STABLE] Current working set of the node in bytes', [
      { value: machine.memory.workingSetBytes, atMs },
    ]),
    metric(
      'node_swap_usage_bytes',
      'gauge',
      '[ALPHA] Current swap usage of the node in bytes. Reported only on non-windows systems',
      [{ value: machine.swap.usedBytes, atMs }],
    ),
    metric(
      'pod_cpu_usage_seconds_total',
      'counter',
      '[STABLE] Cumulative cpu time consumed by the pod in core-seconds',
      ofPods(({ usage }) => seconds(usage.cpu.usageNanos)),
    ),
    metric(
      'pod_memory_working_set_bytes',
      'gauge',
      '[STABLE] Current working set of the pod in bytes',
      ofPods(({ usage }) => usage.memory.workingSetBytes),
    ),
    metric(
      'pod_swap_usage_bytes',
      'gauge',
      '[ALPHA] Current amount of the pod swap usage in bytes. Reported only on non-windows systems',
      ofPods(() => 0),
    ),
    ...scrapeErrors(0),
  ])
}

const scrapeErrors = (value: 0 | 1): Metric[] => [
  {
    name: 'resource_scrape_error',
    type: 'gauge',
    help: '[STABLE] 1 if there was an error while getting container metrics, 0 otherwise',
    points: [{ value }],
  },
  {
    name: 'scrape_error',
    type: 'gauge',
    help: '[ALPHA] (Deprecated since 1.29.0) 1 if there was an error while getting container metrics, 0 otherwise',
    points: [{ value }],
  },
]
