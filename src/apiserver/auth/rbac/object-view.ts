/** What RBAC must see of the store: all objects of a resource, read-only and as fresh as the last write. */
import type { k8s, KubeObject, ObjectRef } from '../../../api/index.ts'

export interface ObjectView<T extends KubeObject = KubeObject> {
  list(): readonly T[]
  get(ref: ObjectRef): T | undefined
  /** Changes whenever an object did. */
  readonly generation: number
}

export interface RbacViews {
  roles: ObjectView<k8s.Role>
  clusterRoles: ObjectView<k8s.ClusterRole>
  roleBindings: ObjectView<k8s.RoleBinding>
  clusterRoleBindings: ObjectView<k8s.ClusterRoleBinding>
}
