/** What names objects of a kind may have. Source: kubernetes v1.34, pkg/apis/<group>/validation. */
import {
  canonicalAddressProblems,
  dns1035LabelProblems,
  dnsLabelProblems,
  dnsSubdomainProblems,
  pathSegmentProblems,
} from '../formats/index.ts'
import type { Resource } from '../resource.ts'

type NameCheck = (name: string) => string[]

/** All others are DNS subdomains. Apps and Resources are DNS-1035 labels because their Services are named like them. */
const CHECKS: Readonly<Record<string, NameCheck>> = {
  '/Namespace': dnsLabelProblems,
  '/Service': dns1035LabelProblems,
  'apps/StatefulSet': dnsLabelProblems,
  'apiregistration.k8s.io/APIService': pathSegmentProblems,
  'certificates.k8s.io/CertificateSigningRequest': pathSegmentProblems,
  'rbac.authorization.k8s.io/Role': pathSegmentProblems,
  'rbac.authorization.k8s.io/ClusterRole': pathSegmentProblems,
  'rbac.authorization.k8s.io/RoleBinding': pathSegmentProblems,
  'rbac.authorization.k8s.io/ClusterRoleBinding': pathSegmentProblems,
  'networking.k8s.io/IPAddress': canonicalAddressProblems,
  'apps.naru.dev/App': dns1035LabelProblems,
  'apps.naru.dev/Release': dns1035LabelProblems,
  'apps.naru.dev/Resource': dns1035LabelProblems,
}

export function nameProblems(resource: Pick<Resource, 'group' | 'kind'>, name: string): string[] {
  return (CHECKS[`${resource.group}/${resource.kind}`] ?? dnsSubdomainProblems)(name)
}

/** A prefix may end in dashes, because more follows. */
export function generateNameProblems(resource: Pick<Resource, 'group' | 'kind'>, prefix: string): string[] {
  return nameProblems(resource, prefix.length > 1 && prefix.endsWith('-') ? `${prefix.slice(0, -2)}a` : prefix)
}
