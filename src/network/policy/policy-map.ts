/** NetworkPolicies as plain lists: which pods each one isolates in which direction, and what it lets pass. Pure.
 *  Source: k8s.io/api v0.34, networking/v1; the concept "Network Policies", Kubernetes v1.34. */
import { isIPv4 } from 'node:net'
import { type k8s, labelSelectorMatches } from '../../api/index.ts'
import { cidrOfField } from '../host/cidr.ts'
import { type IpRange, rangeOfAddress, rangeOfCidr, unionOf, without } from '../host/ip-ranges.ts'

export interface PolicyState {
  readonly policies: readonly k8s.NetworkPolicy[]
  readonly pods: readonly k8s.Pod[]
  readonly namespaces: readonly k8s.Namespace[]
  /** What the node itself runs in place of pods; never isolated. Default: nothing. */
  readonly nodePods?: NodePods
}

/** Processes of the node that stand where a cluster has pods. */
export interface NodePods {
  /** Sends from an address that nobody else sends from. */
  readonly gateway?: LivePod
  /** Listens at its ports on an address that others listen on too. */
  readonly dns?: LivePod
}

export type Direction = 'ingress' | 'egress'

/** Traffic that is let pass: from or to `peers`, over `ports`. */
export interface PolicyRule {
  /** Undefined: everyone. */
  readonly peers?: readonly IpRange[]
  /** Of egress: peers that share their address with others, and are meant at these ports of it alone. */
  readonly listeners?: readonly Listener[]
  /** Undefined: every protocol and port. */
  readonly ports?: readonly PortMatch[]
}

export interface Listener {
  readonly address: string
  readonly protocol: PortMatch['protocol']
  readonly port: number
}

export interface PortMatch {
  readonly protocol: 'tcp' | 'udp' | 'sctp'
  /** Undefined: every port. */
  readonly range?: readonly [first: number, last: number]
  /** For a port that is meant by its name: address and number of each pod that has one so called. */
  readonly named?: readonly { address: string; port: number }[]
}

export interface Isolation {
  /** `default/deny-all`. */
  readonly name: string
  readonly direction: Direction
  /** Addresses of the pods that are isolated. */
  readonly pods: readonly string[]
  readonly rules: readonly PolicyRule[]
}

export interface LivePod {
  readonly address: string
  readonly namespace: string
  readonly pod: k8s.Pod
}

/** Pods with an address of their own, which no other pod has any more. */
export function livePods(pods: readonly k8s.Pod[]): LivePod[] {
  return pods.flatMap((pod) => {
    const address = pod.status?.podIP ?? ''
    const hasEnded = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'
    if (!isIPv4(address) || hasEnded || pod.spec?.hostNetwork === true) return []
    return [{ address, namespace: pod.metadata.namespace ?? '', pod }]
  })
}

/** Sorted by name, ingress before egress; a policy that selects nobody now is there with no pods. */
export function isolations(state: PolicyState): Isolation[] {
  const pods = livePods(state.pods)
  const labelsOf = new Map(state.namespaces.map(({ metadata }) => [metadata.name, metadata.labels ?? {}]))
  const policies = state.policies
    .map((policy) => ({ policy, name: `${policy.metadata.namespace}/${policy.metadata.name}` }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return policies.flatMap(({ policy, name }) => {
    const { spec, metadata } = policy
    const { namespace = '' } = metadata
    const selected = pods.filter((pod) => pod.namespace === namespace && isSelected(pod, spec?.podSelector ?? {}))
    const types = spec?.policyTypes?.length ? spec.policyTypes : typesOf(spec)
    const addresses = selected.map(({ address }) => address).toSorted()
    const { gateway, dns } = state.nodePods ?? {}
    const senders = gateway === undefined ? pods : [...pods, gateway]
    const targets = dns === undefined ? pods : [...pods, dns]
    const peersOf = (peers: readonly k8s.NetworkPolicyPeer[] | undefined, among: readonly LivePod[]) =>
      peers?.length ? resolvePeers(peers, { namespace, pods: among, labelsOf }) : undefined
    const common = { name, pods: addresses }
    return [
      ...(types.includes('Ingress')
        ? [
            {
              ...common,
              direction: 'ingress' as const,
              rules: (spec?.ingress ?? []).map((rule) => {
                const peers = peersOf(rule.from, senders)
                return ruleOf(peers && rangesOf(peers), rule.ports, selected)
              }),
            },
          ]
        : []),
      ...(types.includes('Egress')
        ? [
            {
              ...common,
              direction: 'egress' as const,
              rules: (spec?.egress ?? []).map((rule) => {
                const peers = peersOf(rule.to, targets)
                if (peers === undefined) return ruleOf(undefined, rule.ports, targets)
                const sharing = peers.pods.filter((pod) => pod === dns)
                const own = peers.pods.filter((pod) => pod !== dns)
                return {
                  ...ruleOf(rangesOf({ ...peers, pods: own }), rule.ports, peers.pods),
                  ...(sharing.length > 0 && { listeners: sharing.flatMap(listenersOf) }),
                }
              }),
            },
          ]
        : []),
    ]
  })
}

/** As the API fills them in (kubernetes v1.34, pkg/apis/networking/v1, defaults.go). */
const typesOf = (spec: k8s.NetworkPolicySpec | undefined) => ['Ingress', ...(spec?.egress?.length ? ['Egress'] : [])]

const isSelected = ({ pod }: LivePod, selector: k8s.LabelSelector): boolean =>
  labelSelectorMatches(selector, pod.metadata.labels ?? {})

interface Peers {
  pods: LivePod[]
  blocks: IpRange[]
}

const rangesOf = ({ pods, blocks }: Peers): IpRange[] =>
  unionOf([...pods.map(({ address }) => rangeOfAddress(address)), ...blocks])

function resolvePeers(
  peers: readonly k8s.NetworkPolicyPeer[],
  cluster: { namespace: string; pods: readonly LivePod[]; labelsOf: ReadonlyMap<string, Record<string, string>> },
): Peers {
  const pods = cluster.pods.filter((pod) =>
    peers.some(({ ipBlock, namespaceSelector, podSelector }) => {
      if (ipBlock !== undefined) return false
      const inNamespace =
        namespaceSelector === undefined
          ? pod.namespace === cluster.namespace
          : labelSelectorMatches(namespaceSelector, cluster.labelsOf.get(pod.namespace) ?? {})
      return inNamespace && (podSelector === undefined || isSelected(pod, podSelector))
    }),
  )
  return { pods, blocks: peers.flatMap(({ ipBlock }) => (ipBlock === undefined ? [] : blockRanges(ipBlock))) }
}

/** Nothing of a block of the other address family. */
function blockRanges({ cidr, except = [] }: k8s.IPBlock): IpRange[] {
  const [whole, ...holes] = [cidr, ...except].map((text) => cidrOfField(text))
  if (whole === undefined) return []
  return without(
    rangeOfCidr(whole),
    holes.flatMap((hole) => (hole === undefined ? [] : [rangeOfCidr(hole)])),
  )
}

/** `targets`: the pods among which a named port is looked up. */
function ruleOf(
  peers: readonly IpRange[] | undefined,
  ports: readonly k8s.NetworkPolicyPort[] | undefined,
  targets: readonly LivePod[],
): PolicyRule {
  return {
    ...(peers !== undefined && { peers }),
    ...(ports?.length && { ports: ports.map((port) => portMatch(port, targets)) }),
  }
}

function portMatch({ port, endPort, protocol = 'TCP' }: k8s.NetworkPolicyPort, targets: readonly LivePod[]): PortMatch {
  const of = protocolOf(protocol)
  if (port === undefined) return { protocol: of }
  if (typeof port === 'number') return { protocol: of, range: [port, endPort ?? port] }
  const named = targets.flatMap(({ address, pod }) =>
    portsOf(pod)
      .filter((own) => own.name === port && (own.protocol ?? 'TCP') === protocol)
      .map((own) => ({ address, port: own.containerPort })),
  )
  return { protocol: of, named }
}

const portsOf = ({ spec }: k8s.Pod): k8s.ContainerPort[] =>
  [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].flatMap(({ ports = [] }) => ports)

const listenersOf = ({ address, pod }: LivePod): Listener[] =>
  portsOf(pod).map((own) => ({ address, protocol: protocolOf(own.protocol), port: own.containerPort }))

const protocolOf = (protocol = 'TCP'): PortMatch['protocol'] =>
  protocol === 'UDP' ? 'udp' : protocol === 'SCTP' ? 'sctp' : 'tcp'

/** Whether a rule's ports let pass what goes to a listener. */
export const reaches = (ports: readonly PortMatch[] | undefined, { address, protocol, port }: Listener): boolean =>
  ports === undefined ||
  ports.some(({ protocol: over, range, named }) => {
    if (over !== protocol) return false
    if (named !== undefined) return named.some((one) => one.address === address && one.port === port)
    return range === undefined || (port >= range[0] && port <= range[1])
  })
