/** Nobody grants rights that they do not have, unless a right to do so was given to them: `escalate` on a role, `bind`
 *  on what a binding refers to. Source: kubernetes v1.34, pkg/registry/rbac (`escalation_check.go`, `helpers.go`,
 *  `<kind>/policybased/storage.go`) and pkg/registry/rbac/validation/rule.go (`ConfirmNoEscalation`). */
import { isDeepStrictEqual } from 'node:util'
import { type ApiError, apiError, type k8s, type KubeObject, type UserInfo } from '../../../api/index.ts'
import type { Authorize } from '../authorize.ts'
import { aggregated } from './rbac-authorizer.ts'
import { describeRules, quotedList, uncoveredRules } from './rule-covers.ts'
import type { RuleResolver } from './rule-resolver.ts'

export const RBAC_GROUP = 'rbac.authorization.k8s.io'

/** Who asks, and how to know what they may. */
export interface Grantor {
  user: UserInfo
  authorize: Authorize
  resolver: RuleResolver
}

/** A write of a role or binding, before it is stored. */
export interface PolicyWrite {
  plural: string
  /** Of the URL; '' for kinds that have none. */
  namespace: string
  /** Of the URL; '' where the body names the object. */
  urlName: string
  object: KubeObject
  oldObject: KubeObject | undefined
}

/** Throws ApiError Forbidden when the write would give rights away that the user does not hold. */
export function confirmNoEscalation(grantor: Grantor, write: PolicyWrite): void {
  if (grantor.user.groups.includes('system:masters')) return
  if (write.oldObject !== undefined && changesOwnersOnly(write.object, write.oldObject)) return
  switch (write.plural) {
    case 'roles':
    case 'clusterroles':
      return confirmRole(grantor, write)
    case 'rolebindings':
    case 'clusterrolebindings':
      return confirmBinding(grantor, write)
  }
}

const FULL_AUTHORITY: readonly k8s.PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
]

function confirmRole(grantor: Grantor, write: PolicyWrite): void {
  const { plural, namespace, urlName } = write
  const resource = { group: RBAC_GROUP, resource: plural }
  if (grantor.authorize(grantor.user, { verb: 'escalate', resource, namespace, name: urlName }).allowed) return
  const role = write.object as k8s.ClusterRole
  const missing = missingRights(grantor, role.rules ?? [], namespace)
  if (missing !== undefined) throw refused(write, missing)
  if (!aggregates(role) && !aggregates(write.oldObject)) return
  // What is gathered may be anything.
  if (missingRights(grantor, FULL_AUTHORITY, namespace) !== undefined)
    throw refused(write, 'must have cluster-admin privileges to use the aggregationRule')
}

function confirmBinding(grantor: Grantor, write: PolicyWrite): void {
  const { namespace } = write
  const { roleRef } = write.object as Partial<k8s.RoleBinding>
  // Validation refuses what refers to no role.
  if (!roleRef?.name || (roleRef.kind !== 'ClusterRole' && roleRef.kind !== 'Role')) return
  if (roleRef.kind === 'Role' && namespace === '') return
  const resource = { group: roleRef.apiGroup, resource: roleRef.kind === 'Role' ? 'roles' : 'clusterroles' }
  if (grantor.authorize(grantor.user, { verb: 'bind', resource, namespace, name: roleRef.name }).allowed) return
  const missing = missingRights(grantor, grantor.resolver.rulesOfRole(roleRef, namespace), namespace)
  if (missing !== undefined) throw refused(write, missing)
}

const aggregates = (role: k8s.ClusterRole | undefined) => (role?.aggregationRule?.clusterRoleSelectors?.length ?? 0) > 0

/** The refusal's words; undefined when the user holds all of `wanted`. */
function missingRights(
  { user, resolver }: Grantor,
  wanted: readonly k8s.PolicyRule[],
  namespace: string,
): string | undefined {
  const { rules, errors } = resolver.rulesFor(user, namespace)
  const missing = uncoveredRules(rules, wanted)
  if (missing.length === 0) return undefined
  const unresolved = errors.length === 0 ? '' : `; resolution errors: [${aggregated(errors)}]`
  return (
    `user ${JSON.stringify(user.name)} (groups=${quotedList(user.groups)}) is attempting to grant RBAC permissions ` +
    `not currently held:\n${describeRules(missing)}${unresolved}`
  )
}

function refused({ plural, object }: PolicyWrite, why: string): ApiError {
  const { name } = object.metadata
  const subject = { group: RBAC_GROUP, kind: plural, ...(name && { name }) }
  const what = name ? `${plural}.${RBAC_GROUP} ${JSON.stringify(name)}` : `${plural}.${RBAC_GROUP}`
  return apiError('Forbidden', `${what} is forbidden: ${why}`, { subject })
}

/** What the garbage collector must be able to change. */
function changesOwnersOnly(object: KubeObject, old: KubeObject): boolean {
  return isDeepStrictEqual(withoutOwners(object), withoutOwners(old))
}

function withoutOwners(object: KubeObject): unknown {
  const { ownerReferences: _owners, finalizers: _finalizers, managedFields: _managed, ...metadata } = object.metadata
  return { ...object, metadata }
}
