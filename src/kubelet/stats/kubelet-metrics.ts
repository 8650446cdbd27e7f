/** /metrics of the kubelet: how many pods and containers it runs. Pure. Source of names: Kubernetes v1.34,
 *  pkg/kubelet/metrics/metrics.go. */
import type { k8s } from '../../api/index.ts'
import { exposition } from './exposition.ts'
import type { NodeSample } from './sample.ts'

export function kubeletMetrics(
  { pods: running }: NodeSample,
  { nodeName, pods }: { nodeName: string; pods: () => readonly k8s.Pod[] },
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
  ])
}
