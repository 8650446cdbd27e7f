/** Which port a service means on a pod. Source: k8s.io/kubernetes v1.34, FindPort in pkg/api/v1/pod. */
import type { k8s } from '../../api/index.ts'

/** The service's ports as this pod has them; one whose name the pod does not know is left out. */
export function podPorts(service: k8s.Service, pod: k8s.Pod): k8s.DiscoveryEndpointPort[] {
  return (service.spec?.ports ?? []).flatMap((servicePort) => {
    const port = targetPort(servicePort, pod)
    if (port === undefined) return []
    const { name = '', protocol = 'TCP', appProtocol } = servicePort
    return [{ name, protocol, port, ...(appProtocol !== undefined && { appProtocol }) }]
  })
}

/** The number of the target port on this pod: named ports are looked up among its containers. */
function targetPort(servicePort: k8s.ServicePort, pod: k8s.Pod): number | undefined {
  const target = servicePort.targetPort ?? servicePort.port
  if (typeof target === 'number') return target === 0 ? servicePort.port : target
  const sidecars = (pod.spec?.initContainers ?? []).filter((container) => container.restartPolicy === 'Always')
  for (const container of [...(pod.spec?.containers ?? []), ...sidecars])
    for (const { name, containerPort, protocol = 'TCP' } of container.ports ?? [])
      if (name === target && protocol === (servicePort.protocol ?? 'TCP')) return containerPort
  return undefined
}
