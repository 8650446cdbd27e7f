import type { k8s } from '../../../api/index.ts'
import { AGE, NAME, type Printer, text, wide } from '../column.ts'
import { labelsText, orNone, selectorText, someOf } from '../words.ts'

export const servicePrinter: Printer<k8s.Service> = {
  columns: [
    NAME,
    text('Type', ({ spec }) => spec?.type ?? ''),
    text('Cluster-IP', ({ spec }) => orNone(spec?.clusterIPs?.[0] ?? spec?.clusterIP)),
    text('External-IP', externalIP),
    text('Port(s)', ({ spec }) => orNone((spec?.ports ?? []).map(portText).join(','))),
    AGE,
    wide(text('Selector', ({ spec }) => labelsText(spec?.selector))),
  ],
}

const portText = ({ port, nodePort, protocol }: k8s.ServicePort) =>
  nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`

function externalIP({ spec, status }: k8s.Service): string {
  const own = spec?.externalIPs ?? []
  if (spec?.type === 'ExternalName') return spec.externalName ?? ''
  if (spec?.type === 'ClusterIP' || spec?.type === 'NodePort') return orNone(own.join(','))
  if (spec?.type !== 'LoadBalancer') return '<unknown>'
  return [...addressesOf(status?.loadBalancer?.ingress), ...own].join(',') || '<pending>'
}

const addressesOf = (
  ingress: readonly { ip?: string | undefined; hostname?: string | undefined }[] | undefined,
): string[] => (ingress ?? []).map((one) => one.ip || one.hostname || '').filter(Boolean)

export const ingressPrinter: Printer<k8s.Ingress> = {
  columns: [
    NAME,
    text('Class', ({ spec }) => orNone(spec?.ingressClassName)),
    text('Hosts', ({ spec }) => {
      const hosts = (spec?.rules ?? []).map((rule) => rule.host ?? '').filter(Boolean)
      return hosts.length === 0 ? '*' : someOf(hosts, 3)
    }),
    text('Address', ({ status }) => addressesOf(status?.loadBalancer?.ingress).join(',')),
    text('Ports', ({ spec }) => ((spec?.tls ?? []).length > 0 ? '80, 443' : '80')),
    AGE,
  ],
}

export const ingressClassPrinter: Printer<k8s.IngressClass> = {
  columns: [
    NAME,
    text('Controller', ({ spec }) => spec?.controller ?? ''),
    text('Parameters', ({ spec }) => {
      const parameters = spec?.parameters
      if (parameters === undefined) return '<none>'
      return `${parameters.kind}${parameters.apiGroup ? `.${parameters.apiGroup}` : ''}/${parameters.name}`
    }),
    AGE,
  ],
}

export const networkPolicyPrinter: Printer<k8s.NetworkPolicy> = {
  columns: [NAME, text('Pod-Selector', ({ spec }) => selectorText(spec?.podSelector)), AGE],
}

const hostPort = (ip: string, port: number) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)

export const endpointsPrinter: Printer<k8s.Endpoints> = {
  columns: [
    NAME,
    text('Endpoints', ({ subsets }) => {
      const all = (subsets ?? []).flatMap(({ addresses = [], ports = [] }) =>
        ports.length === 0
          ? addresses.map((address) => address.ip)
          : ports.flatMap(({ port }) => addresses.map((address) => hostPort(address.ip, port))),
      )
      return (subsets ?? []).length === 0 ? '<none>' : someOf(all, 3)
    }),
    AGE,
  ],
}

export const endpointSlicePrinter: Printer<k8s.EndpointSlice> = {
  columns: [
    NAME,
    text('AddressType', ({ addressType }) => addressType),
    text('Ports', ({ ports }) => {
      const all = (ports ?? []).map(({ port, name }) => String(port ?? name ?? '*'))
      return all.length === 0 ? '<unset>' : someOf(all, 3)
    }),
    text('Endpoints', ({ endpoints }) => {
      const all = (endpoints ?? []).flatMap((endpoint) => endpoint.addresses)
      return all.length === 0 ? '<unset>' : someOf(all, 3)
    }),
    AGE,
  ],
}

export const serviceCidrPrinter: Printer<k8s.ServiceCIDR> = {
  columns: [NAME, text('CIDRs', ({ spec }) => (spec?.cidrs ?? []).join(',')), AGE],
}

/** No age: Kubernetes has none in the heading. */
export const ipAddressPrinter: Printer<k8s.IPAddress> = {
  columns: [
    NAME,
    text('ParentRef', ({ spec }) => {
      if (spec?.parentRef === undefined) return '<none>'
      const { group, resource, namespace, name } = spec.parentRef
      return [group ? `${resource}.${group}` : resource, namespace, name].filter(Boolean).join('/')
    }),
  ],
}
