/** Which requests the cluster's own signers sign. Each check gives what is wrong, or undefined.
 *  Source: k8s.io/kubernetes v1.34, pkg/apis/certificates/helpers.go and pkg/controller/certificates/signer. */
import type { RequestedSubject } from './signer.ts'

const PREFIX = 'kubernetes.io/'
export const KUBELET_CLIENT = `${PREFIX}kube-apiserver-client-kubelet`

type Check = (subject: RequestedSubject, usages: readonly string[]) => string | undefined

/** By signer name; requests for other signers are somebody else's. */
const CHECKS: ReadonlyMap<string, Check> = new Map([
  [`${PREFIX}kube-apiserver-client`, (_subject, usages) => clientUsageProblem(usages)],
  [KUBELET_CLIENT, kubeletClientProblem],
  [`${PREFIX}kubelet-serving`, kubeletServingProblem],
])

export const signerCheck = (signerName: string): Check | undefined => CHECKS.get(signerName)

function clientUsageProblem(usages: readonly string[]): string | undefined {
  const foreign = usages.find((usage) => !['digital signature', 'key encipherment', 'client auth'].includes(usage))
  if (foreign !== undefined) return `invalid usage for client certificate: ${foreign}`
  return usages.includes('client auth') ? undefined : 'missing required usage for client certificate: client auth'
}

export function kubeletClientProblem(subject: RequestedSubject, usages: readonly string[]): string | undefined {
  if (!isOfNodes(subject)) return NOT_OF_NODES
  if (subject.dnsNames.length > 0) return 'DNS subjectAltNames are not allowed'
  if (subject.emailAddresses.length > 0) return 'Email subjectAltNames are not allowed'
  if (subject.ipAddresses.length > 0) return 'IP subjectAltNames are not allowed'
  if (subject.uris.length > 0) return 'URI subjectAltNames are not allowed'
  if (!namesNode(subject)) return NAMES_NO_NODE
  return usageProblem(usages, 'client auth')
}

function kubeletServingProblem(subject: RequestedSubject, usages: readonly string[]): string | undefined {
  if (!isOfNodes(subject)) return NOT_OF_NODES
  if (subject.dnsNames.length === 0 && subject.ipAddresses.length === 0) return 'DNS or IP subjectAltName is required'
  if (subject.emailAddresses.length > 0) return 'Email subjectAltNames are not allowed'
  if (subject.uris.length > 0) return 'URI subjectAltNames are not allowed'
  const wrong = usageProblem(usages, 'server auth')
  if (wrong !== undefined) return wrong
  return namesNode(subject) ? undefined : NAMES_NO_NODE
}

const NOT_OF_NODES = 'subject organization is not system:nodes'
const NAMES_NO_NODE = 'subject common name does not begin with system:node:'
const isOfNodes = ({ organizations }: RequestedSubject) => organizations.join('\n') === 'system:nodes'
const namesNode = ({ commonName }: RequestedSubject) => commonName.startsWith('system:node:')

/** Keys that are not RSA encipher nothing. */
function usageProblem(usages: readonly string[], purpose: string): string | undefined {
  const asked = [...new Set(usages)].sort().join()
  const needed = ['digital signature', purpose]
  if ([needed, [...needed, 'key encipherment']].some((list) => list.toSorted().join() === asked)) return undefined
  return `usages did not match [${[...needed, 'key encipherment'].sort().join(' ')}]`
}
