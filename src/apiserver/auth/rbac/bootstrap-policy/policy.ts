/** All roles and bindings of a new cluster, as objects. */
import { apiVersionOf, type k8s, resources } from '../../../../api/index.ts'
import { CLUSTER_ROLE_BINDINGS, NAMESPACED_POLICIES, systemAccount } from './bindings.ts'
import { CLUSTER_ROLES } from './cluster-roles.ts'
import { CONTROLLER_ROLES } from './controller-roles.ts'
import { NARU_BINDINGS, NARU_CLUSTER_ROLES } from './naru-policy.ts'
import { ruleOf } from './rule-text.ts'

export const AUTO_UPDATE = 'rbac.authorization.kubernetes.io/autoupdate'

export interface Policy {
  clusterRoles: k8s.ClusterRole[]
  clusterRoleBindings: k8s.ClusterRoleBinding[]
  roles: k8s.Role[]
  roleBindings: k8s.RoleBinding[]
}

const apiVersion = apiVersionOf(resources.clusterroles)
const apiGroup = resources.clusterroles.group

const metadata = (name: string, more: { namespace?: string; labels?: Readonly<Record<string, string>> } = {}) => ({
  name,
  ...(more.namespace !== undefined && { namespace: more.namespace }),
  labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults', ...more.labels },
  annotations: { [AUTO_UPDATE]: 'true' },
})

const aggregateTo = (role: string) => `rbac.authorization.k8s.io/aggregate-to-${role}`

/** `edit` holds what `view` does, and `admin` what `edit` does. */
const AGGREGATED: readonly { name: string; into?: string }[] = [
  { name: 'admin' },
  { name: 'edit', into: 'admin' },
  { name: 'view', into: 'edit' },
]

export function bootstrapPolicy(): Policy {
  return {
    clusterRoles: [...aggregatedRoles(), ...plainRoles(), ...controllerRoles(), ...naruRoles()],
    clusterRoleBindings: clusterBindings(),
    roles: NAMESPACED_POLICIES.map(({ namespace, role, rules }) => ({
      apiVersion,
      kind: 'Role',
      metadata: metadata(role, { namespace }),
      rules: rules.map(ruleOf),
    })),
    roleBindings: NAMESPACED_POLICIES.map(({ namespace, role, binding = role, subjects }) => ({
      apiVersion,
      kind: 'RoleBinding',
      metadata: metadata(binding, { namespace }),
      roleRef: { apiGroup, kind: 'Role', name: role },
      subjects: [...subjects],
    })),
  }
}

const clusterRole = (name: string, rules: readonly string[], labels = {}): k8s.ClusterRole => ({
  apiVersion,
  kind: 'ClusterRole',
  metadata: metadata(name, { labels }),
  rules: rules.map(ruleOf),
})

const aggregatedRoles = (): k8s.ClusterRole[] =>
  AGGREGATED.map(({ name, into }) => ({
    apiVersion,
    kind: 'ClusterRole',
    metadata: metadata(name, { labels: into === undefined ? {} : { [aggregateTo(into)]: 'true' } }),
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [aggregateTo(name)]: 'true' } }] },
  }))

const plainRoles = (): k8s.ClusterRole[] =>
  Object.entries(CLUSTER_ROLES).map(([name, rules]) => {
    const into = /^system:aggregate-to-(.*)$/.exec(name)?.[1]
    return clusterRole(name, rules, into === undefined ? {} : { [aggregateTo(into)]: 'true' })
  })

const controllerRoles = (): k8s.ClusterRole[] =>
  Object.entries(CONTROLLER_ROLES).map(([name, rules]) => clusterRole(`system:controller:${name}`, rules))

const naruRoles = (): k8s.ClusterRole[] =>
  Object.entries(NARU_CLUSTER_ROLES).map(([name, { rules, labels }]) => clusterRole(name, rules, labels))

function clusterBindings(): k8s.ClusterRoleBinding[] {
  const binding = (name: string, subjects: readonly k8s.RbacSubject[], role = name): k8s.ClusterRoleBinding => ({
    apiVersion,
    kind: 'ClusterRoleBinding',
    metadata: metadata(name),
    roleRef: { apiGroup, kind: 'ClusterRole', name: role },
    ...(subjects.length > 0 && { subjects: [...subjects] }),
  })
  return [
    ...Object.entries(CLUSTER_ROLE_BINDINGS).map(([name, subjects]) => binding(name, subjects)),
    ...Object.keys(CONTROLLER_ROLES).map((name) => binding(`system:controller:${name}`, [systemAccount(name)])),
    ...Object.entries(NARU_CLUSTER_ROLES)
      .filter(([, { subjects }]) => subjects.length > 0)
      .map(([name, { subjects }]) => binding(name, subjects)),
    ...Object.entries(NARU_BINDINGS).map(([name, { role, subjects }]) => binding(name, subjects, role)),
  ]
}
