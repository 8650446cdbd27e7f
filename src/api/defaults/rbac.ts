/** Roles' bindings refer to RBAC's own group unless they say otherwise. */
import type { ClusterRoleBinding, RbacSubject, RoleBinding } from '../generated/types.ts'
import { type DefaultFunctions, orElse } from './default-function.ts'

const GROUP = 'rbac.authorization.k8s.io'
const defaultBinding = (binding: RoleBinding | ClusterRoleBinding) => {
  if (binding.roleRef !== undefined) orElse(binding.roleRef, 'apiGroup', GROUP)
}

export const rbacDefaults: DefaultFunctions = {
  'io.k8s.api.rbac.v1.RoleBinding': defaultBinding,
  'io.k8s.api.rbac.v1.ClusterRoleBinding': defaultBinding,
  'io.k8s.api.rbac.v1.Subject': (subject: RbacSubject) => {
    if (subject.kind === 'User' || subject.kind === 'Group') orElse(subject, 'apiGroup', GROUP)
  },
}
