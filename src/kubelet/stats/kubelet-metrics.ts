/** /metrics of the kubelet: how many pods and containers it runs. Pure. Source of names: Kubernetes v1.34,
 *  pkg/kubelet/metrics/metrics.go. */
import type { k8s } from '../../api/index.ts'
import { exposition, type Metric } from './exposition.ts'
import type { NodeSample } from './sample.ts'
import type { DiskSummary, VolumeSummary } from './summary.ts'

export function kubeletMetrics(
  { pods: running }: NodeSample,
  { nodeName, pods, disk }: { nodeName: string; pods: () => readonly k8s.Pod[]; disk: DiskSummary },
): string {
  const containers = running.reduce((sum, pod) => sum + pod.containers.length, 0)
  return exposition([
    {
      name: 'kubelet_node_name',
      type: 'gauge',
      help: "[ALPHA] The node's name. The count is always 1.",
      points: [{ labels: { node: nodeName }, value: 1 }],
    },
    {
      name: 'kubelet_running_containers',
      type: 'gauge',
      help: '[ALPHA] Number of containers currently running',
      points: [{ labels: { container_state: 'running' }, value: containers }],
    },
    {
      name: 'kubelet_running_pods',
      type: 'gauge',
      help: '[ALPHA] Number of pods that have a running pod sandbox',
      points: [{ value: running.length }],
    },
    {
      name: 'kubelet_desired_pods',
      type: 'gauge',
      help: '[ALPHA] The number of pods the kubelet is being instructed to run. static is true if the pod is not from the apiserver.',
      points: [{ labels: { static: '' }, value: pods().length }],
    },
    ...volumeMetrics(disk),
  ])
}

const VOLUMES: readonly [name: string, help: string, value: (volume: VolumeSummary) => number][] = [
  ['available_bytes', 'Number of available bytes in the volume', ({ filesystem }) => filesystem.availableBytes],
  ['capacity_bytes', 'Capacity in bytes of the volume', ({ filesystem }) => filesystem.capacityBytes],
  ['inodes', 'Maximum number of inodes in the volume', ({ filesystem }) => filesystem.inodes],
  ['inodes_free', 'Number of free inodes in the volume', ({ filesystem }) => filesystem.inodesFree],
  ['inodes_used', 'Number of used inodes in the volume', ({ inodesUsed }) => inodesUsed],
  ['used_bytes', 'Number of used bytes in the volume', ({ usedBytes }) => usedBytes],
]

/** Of each claim once, however many pods have it. Source: pkg/kubelet/metrics/collectors/volume_stats.go. */
function volumeMetrics({ volumes }: DiskSummary): Metric[] {
  const claims = new Map<string, VolumeSummary>()
  for (const volume of [...volumes.values()].flat())
    if (volume.claim) claims.set(`${volume.claim.namespace}/${volume.claim.name}`, volume)
  return VOLUMES.map(([name, help, value]) => ({
    name: `kubelet_volume_stats_${name}`,
    type: 'gauge',
    help: `[ALPHA] ${help}`,
    points: [...claims.values()].map((volume) => ({
      labels: { namespace: volume.claim?.namespace ?? '', persistentvolumeclaim: volume.claim?.name ?? '' },
      value: value(volume),
    })),
  }))
}
