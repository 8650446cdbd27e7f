/** A cluster for the tests of this folder, from plain lists. */
import type { k8s } from '../../api/index.ts'
import { SERVICE_NAME_LABEL } from '../proxy/service-map.ts'
import type { ClusterView } from './cluster-view.ts'

export function tableView(table: {
  namespaces: string[]
  services: k8s.Service[]
  endpointSlices: k8s.EndpointSlice[]
  dnsConfigMap?: k8s.ConfigMap
}): ClusterView {
  const { namespaces, services, endpointSlices } = table
  return {
    hasNamespace: (name) => namespaces.includes(name),
    service: (namespace, name) =>
      services.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name),
    endpointSlices: (namespace, serviceName) =>
      endpointSlices.filter(
        ({ metadata }) => metadata.namespace === namespace && metadata.labels?.[SERVICE_NAME_LABEL] === serviceName,
      ),
    servicesAt: (address) => services.filter((service) => service.spec?.clusterIP === address),
    dnsConfigMap: () => table.dnsConfigMap,
    endpointSlicesAt: (address) =>
      endpointSlices.filter((slice) => slice.endpoints.some((endpoint) => endpoint.addresses.includes(address))),
  }
}
