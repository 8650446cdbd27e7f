/** The ports of the node that a pod holds. Pure. Source: k8s.io/kubernetes v1.34, pkg/scheduler/util and
 *  pkg/scheduler/framework/types.go (HostPortInfo). */
import type * as k8s from './generated/types.ts'

export interface HostPort {
  readonly hostIP: string
  readonly protocol: string
  readonly port: number
}

export function hostPortsOf(pod: k8s.Pod): HostPort[] {
  const sidecars = (pod.spec.initContainers ?? []).filter((container) => container.restartPolicy === 'Always')
  return [...sidecars, ...pod.spec.containers].flatMap((container) =>
    (container.ports ?? []).flatMap((port) => {
      const number = port.hostPort ?? (pod.spec.hostNetwork ? port.containerPort : 0)
      return number > 0 ? [{ hostIP: port.hostIP ?? '', protocol: port.protocol ?? 'TCP', port: number }] : []
    }),
  )
}

/** Whether a pod with the one keeps a pod with the other from the node. */
export const hostPortsConflict = (a: HostPort, b: HostPort): boolean =>
  a.port === b.port &&
  a.protocol === b.protocol &&
  (a.hostIP === b.hostIP || isEverywhere(a.hostIP) || isEverywhere(b.hostIP))

const isEverywhere = (address: string): boolean => address === '' || address === '0.0.0.0'
