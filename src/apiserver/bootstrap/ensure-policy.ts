/** Makes the roles and bindings that every cluster has, and adds to those that are there what they lack.
 *  Source: kubernetes v1.34, pkg/registry/rbac/rest/storage_rbac.go (`EnsureRBACPolicy`). */
import { isApiError, type k8s, type KubeObject, type Resource, resources } from '../../api/index.ts'
import { bootstrapPolicy } from '../auth/rbac/bootstrap-policy/policy.ts'
import { reconciledBinding, reconciledRole } from '../auth/rbac/bootstrap-policy/reconcile-policy.ts'
import type { AnyObject } from '../registry/any-object.ts'
import { createObject } from '../registry/create.ts'
import { deleteObject } from '../registry/delete.ts'
import { updateObject } from '../registry/update.ts'
import { serverContext } from '../registry/write-context.ts'
import type { Backend } from '../server/context.ts'

/** Their namespaces must be there. */
export async function ensureRbacPolicy(backend: Backend): Promise<void> {
  const policy = bootstrapPolicy()
  await Promise.all([
    ...policy.clusterRoles.map((role) => ensureRole(backend, resources.clusterroles, role)),
    ...policy.roles.map((role) => ensureRole(backend, resources.roles, role)),
    ...policy.clusterRoleBindings.map((binding) => ensureBinding(backend, resources.clusterrolebindings, binding)),
    ...policy.roleBindings.map((binding) => ensureBinding(backend, resources.rolebindings, binding)),
  ])
}

async function ensureRole<T extends k8s.ClusterRole | k8s.Role>(
  backend: Backend,
  resource: Resource<T>,
  expected: T,
): Promise<void> {
  const existing = backend.views.of(resource).get(expected.metadata) as T | undefined
  if (existing === undefined) return create(backend, resource, expected)
  const role = reconciledRole(existing, expected)
  if (role !== undefined) await replace(backend, resource, role)
}

async function ensureBinding<T extends k8s.ClusterRoleBinding | k8s.RoleBinding>(
  backend: Backend,
  resource: Resource<T>,
  expected: T,
): Promise<void> {
  const existing = backend.views.of(resource).get(expected.metadata) as T | undefined
  if (existing === undefined) return create(backend, resource, expected)
  const reconciled = reconciledBinding(existing, expected)
  if (reconciled === undefined) return
  if (!reconciled.recreate) return replace(backend, resource, reconciled.binding)
  await deleteObject(backend, resource, existing.metadata, { context: serverContext() })
  await create(backend, resource, expected)
}

async function create(backend: Backend, resource: Resource, object: KubeObject): Promise<void> {
  const { namespace } = object.metadata
  try {
    await createObject(backend, resource, object as AnyObject, { namespace, context: serverContext() })
  } catch (error) {
    // A namespace that is being deleted takes nothing new; the cluster is no worse than it was.
    if (!isApiError(error, 'AlreadyExists', 'Forbidden')) throw error
  }
}

async function replace(backend: Backend, resource: Resource, object: KubeObject): Promise<void> {
  const change = () => structuredClone(object) as AnyObject
  await updateObject(backend, resource, object.metadata, change, { part: 'spec', context: serverContext() })
}
