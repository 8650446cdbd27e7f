/** Which Services get the node's address as their load balancer's, and who of the cluster stands in the way. Pure. */
import { isIPv4 } from 'node:net'
import { type k8s, keyOf } from '../../api/index.ts'

/** One port of the node's address. */
export interface Claim {
  readonly protocol: 'TCP' | 'UDP' | 'SCTP'
  readonly port: number
}

/** Those of a class are another implementation's. Source: k8s.io/cloud-provider v0.34, controllers/service. */
export const wantsAddress = ({ metadata, spec }: k8s.Service): boolean =>
  spec?.type === 'LoadBalancer' &&
  spec.loadBalancerClass === undefined &&
  isIPv4(spec.clusterIP ?? '') &&
  metadata.deletionTimestamp === undefined

export const claimOf = ({ port, protocol = 'TCP' }: k8s.ServicePort): Claim => ({
  protocol: protocol as Claim['protocol'],
  port,
})

export const claimsOf = ({ spec }: k8s.Service): Claim[] => (spec?.ports ?? []).map(claimOf)

export const describeClaim = ({ protocol, port }: Claim): string => `port ${port}/${protocol}`

export interface Others {
  readonly services: readonly k8s.Service[]
  readonly pods: readonly k8s.Pod[]
  /** The node's. */
  readonly address: string
}

/** Who of the cluster has a port that `service` claims, in words; undefined: nobody. */
export function claimedBy(service: k8s.Service, { services, pods, address }: Others): string | undefined {
  for (const claim of claimsOf(service)) {
    const other = services.find((one) => keyOf(one) !== keyOf(service) && hasPort(one, claim, { address, service }))
    if (other !== undefined) return `${describeClaim(claim)} belongs to the Service ${keyOf(other)}`
    const pod = pods.find((one) => hasHostPort(one, claim, address))
    if (pod !== undefined) return `${describeClaim(claim)} is a hostPort of the pod ${keyOf(pod)}`
  }
  return undefined
}

function hasPort(other: k8s.Service, claim: Claim, given: { address: string; service: k8s.Service }): boolean {
  const { address, service } = given
  const isAtAddress =
    other.spec?.externalIPs?.includes(address) === true || (wantsAddress(other) && goesFirst(other, service))
  return (other.spec?.ports ?? []).some(({ port, nodePort, protocol = 'TCP' }) => {
    if (protocol !== claim.protocol) return false
    return nodePort === claim.port || (isAtAddress && port === claim.port)
  })
}

/** Who has an address keeps it; else the older. */
function goesFirst(a: k8s.Service, b: k8s.Service): boolean {
  const has = ({ status }: k8s.Service) => (status?.loadBalancer?.ingress?.length ?? 0) > 0
  if (has(a) !== has(b)) return has(a)
  const rank = ({ metadata }: k8s.Service) => `${metadata.creationTimestamp} ${metadata.uid}`
  return rank(a) < rank(b)
}

function hasHostPort({ spec, status }: k8s.Pod, claim: Claim, address: string): boolean {
  if (status?.phase === 'Succeeded' || status?.phase === 'Failed') return false
  // On the host's network it listens itself, which the host tells.
  if (spec?.hostNetwork === true) return false
  return [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])]
    .flatMap(({ ports = [] }) => ports)
    .some(({ hostPort, hostIP, protocol = 'TCP' }) => {
      const isHere = hostIP === undefined || hostIP === '' || hostIP === '0.0.0.0' || hostIP === address
      return hostPort === claim.port && protocol === claim.protocol && isHere
    })
}
