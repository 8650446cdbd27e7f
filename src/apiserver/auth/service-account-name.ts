/** The user that a service account is. Source: k8s.io/apiserver v0.34, pkg/authentication/serviceaccount/util.go. */
import { dnsLabelProblems, dnsSubdomainProblems } from '../../api/index.ts'

const PREFIX = 'system:serviceaccount:'
const GROUP = 'system:serviceaccounts'

export interface ServiceAccountRef {
  namespace: string
  name: string
}

/** Undefined for users that are no service accounts. */
export function serviceAccountOf(userName: string): ServiceAccountRef | undefined {
  if (!userName.startsWith(PREFIX)) return undefined
  const [namespace = '', name = '', ...more] = userName.slice(PREFIX.length).split(':')
  const isName =
    more.length === 0 && dnsLabelProblems(namespace).length === 0 && dnsSubdomainProblems(name).length === 0
  return isName ? { namespace, name } : undefined
}

export const serviceAccountGroups = (namespace: string): string[] => [GROUP, `${GROUP}:${namespace}`]
