/** NetworkPolicies. Source: kubernetes v1.34, pkg/apis/networking/validation (ValidateNetworkPolicySpec). */
import {
  blockContains,
  blockWarnings,
  ipBlockProblems,
  parseIpBlock,
  portNameProblems,
  portNumberProblems,
} from '../../formats/index.ts'
import type {
  IPBlock,
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicySpec,
} from '../../generated/types.ts'
import { type FieldError, forbidden, invalidFormat, invalidValue, notSupported, required } from '../field-error.ts'
import type { KindRules } from '../kind-rules.ts'
import { validateSelector } from './selector.ts'

const TYPES = ['Ingress', 'Egress']
const PROTOCOLS = ['TCP', 'UDP', 'SCTP']

export const networkPolicyRules: KindRules<NetworkPolicy> = {
  reportsMissing: true,
  validate: ({ spec }) => validateSpec(spec ?? {}, new Set()),
  // It is looked at twice: as if it were new, and as what may keep the blocks it had.
  validateUpdate: ({ spec }, old) => validateSpec(spec ?? {}, new Set(blocksOf(old).flatMap(textsOf))),
  warnings: (policy) =>
    blocksOf(policy).flatMap(({ at, block: { cidr, except = [] } }) => [
      ...blockWarnings(`${at}.cidr`, cidr),
      ...except.flatMap((one, index) => blockWarnings(`${at}.except[${index}]`, one)),
    ]),
}

interface PlacedBlock {
  block: IPBlock
  at: string
}

const textsOf = ({ block: { cidr, except = [] } }: PlacedBlock) => [cidr, ...except]

function blocksOf({ spec }: NetworkPolicy): PlacedBlock[] {
  const inPeers = (peers: readonly NetworkPolicyPeer[] = [], path: string): PlacedBlock[] =>
    peers.flatMap(({ ipBlock: block }, index) => (block ? [{ block, at: `${path}[${index}].ipBlock` }] : []))
  return [
    ...(spec?.ingress ?? []).flatMap(({ from }, index) => inPeers(from, `spec.ingress[${index}].from`)),
    ...(spec?.egress ?? []).flatMap(({ to }, index) => inPeers(to, `spec.egress[${index}].to`)),
  ]
}

function validateSpec(spec: Partial<NetworkPolicySpec>, kept: ReadonlySet<string>): FieldError[] {
  const validatePeer = (peer: NetworkPolicyPeer, at: string) => validateOnePeer(peer, at, kept)
  const errors = validateSelector(spec.podSelector ?? {}, 'spec.podSelector')
  spec.ingress?.forEach(({ ports, from }, index) => {
    errors.push(...validateRule(ports, `spec.ingress[${index}].ports`, validatePort))
    errors.push(...validateRule(from, `spec.ingress[${index}].from`, validatePeer))
  })
  spec.egress?.forEach(({ ports, to }, index) => {
    errors.push(...validateRule(ports, `spec.egress[${index}].ports`, validatePort))
    errors.push(...validateRule(to, `spec.egress[${index}].to`, validatePeer))
  })
  const types = spec.policyTypes ?? []
  if (types.length > TYPES.length)
    return [...errors, invalidValue('spec.policyTypes', types, 'may not specify more than two policyTypes')]
  types.forEach((type, index) => {
    if (!TYPES.includes(type)) errors.push(notSupported(`spec.policyTypes[${index}]`, type, TYPES))
  })
  return errors
}

const validateRule = <T>(items: readonly T[] = [], path: string, check: (item: T, at: string) => FieldError[]) =>
  items.flatMap((item, index) => check(item, `${path}[${index}]`))

function validatePort({ port, endPort, protocol }: NetworkPolicyPort, at: string): FieldError[] {
  const errors: FieldError[] = []
  const end = `${at}.endPort`
  if (protocol !== undefined && !PROTOCOLS.includes(protocol))
    errors.push(notSupported(`${at}.protocol`, protocol, PROTOCOLS))
  if (port === undefined) {
    if (endPort !== undefined)
      errors.push(invalidValue(end, endPort, 'may not be specified when `port` is not specified'))
  } else if (typeof port === 'string') {
    if (endPort !== undefined)
      errors.push(invalidValue(end, endPort, 'may not be specified when `port` is non-numeric'))
    errors.push(...invalidFormat(`${at}.port`, port, portNameProblems(port)))
  } else {
    errors.push(...invalidFormat(`${at}.port`, port, portNumberProblems(port)))
    if (endPort === undefined) return errors
    // The error names the port, as Kubernetes' does.
    if (endPort < port) errors.push(invalidValue(end, port, 'must be greater than or equal to `port`'))
    errors.push(...invalidFormat(end, endPort, portNumberProblems(endPort)))
  }
  return errors
}

function validateOnePeer(
  { podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer,
  at: string,
  kept: ReadonlySet<string>,
): FieldError[] {
  const errors: FieldError[] = []
  if (podSelector) errors.push(...validateSelector(podSelector, `${at}.podSelector`))
  if (namespaceSelector) errors.push(...validateSelector(namespaceSelector, `${at}.namespaceSelector`))
  if (ipBlock) errors.push(...validateBlock(ipBlock, `${at}.ipBlock`, kept))
  if (!podSelector && !namespaceSelector && !ipBlock) errors.push(required(at, 'must specify a peer'))
  else if (ipBlock && (podSelector || namespaceSelector))
    errors.push(forbidden(at, 'may not specify both ipBlock and another peer'))
  return errors
}

const blockProblems = (text: string, kept: ReadonlySet<string>) => (kept.has(text) ? [] : ipBlockProblems(text))

function validateBlock(
  { cidr = '', except = [] }: Partial<IPBlock>,
  at: string,
  kept: ReadonlySet<string>,
): FieldError[] {
  if (cidr === '') return [required(`${at}.cidr`)]
  const errors = invalidFormat(`${at}.cidr`, cidr, blockProblems(cidr, kept))
  const block = parseIpBlock(cidr)
  if (block === undefined) return errors
  except.forEach((one, index) => {
    const own = `${at}.except[${index}]`
    errors.push(...invalidFormat(own, one, blockProblems(one, kept)))
    const inner = parseIpBlock(one)
    if (inner && (!blockContains(block, inner) || block.prefixLength >= inner.prefixLength))
      errors.push(invalidValue(own, one, 'must be a strict subset of `cidr`'))
  })
  return errors
}
